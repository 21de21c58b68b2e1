"""The files of a publication that handouts embed: images, and the style sheet, the logo and the fonts of its theme."""

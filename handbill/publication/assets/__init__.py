"""Files that a publication brings: images, drawings, its theme and its fonts."""

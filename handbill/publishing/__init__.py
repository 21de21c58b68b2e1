"""Publishing: the handouts of a build folder become a site with a catalogue, which is uploaded to a target and kept up to date there."""

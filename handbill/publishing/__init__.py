"""Publishing: a build folder becomes a site with a catalogue, sent to a target and kept true there."""

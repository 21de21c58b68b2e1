"""Publishing: a build folder's handouts and their catalogue, sent to a target and kept true there."""

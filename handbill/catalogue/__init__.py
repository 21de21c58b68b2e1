"""The catalogue: what a site shows of a publication's handouts, as web pages and feeds. Pure functions from data to bytes."""

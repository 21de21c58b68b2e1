"""Builds the package: its zip container, package document, file names and images."""

"""Rendering: exporters run in processes of their own, on this machine or in a cluster; jobs go in, outcomes come out."""

"""The preview: a publication that is built again whenever it changes, shown on a page of this machine."""

"""The rules of PDF/A and PDF/UA beside the tag tree: what a file states, its XMP metadata, colours, attachment."""

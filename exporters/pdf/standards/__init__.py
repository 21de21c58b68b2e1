"""Standards that a PDF conforms to: PDF/A, PDF/UA, metadata and attachments."""

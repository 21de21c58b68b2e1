"""`handbill watch`: a publication is built after each change, and a web server on loopback shows the latest build."""

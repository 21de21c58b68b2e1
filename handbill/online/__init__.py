"""`handbill check --online`: whether what an article links to is still there. Nothing else of handbill asks the network of its own."""

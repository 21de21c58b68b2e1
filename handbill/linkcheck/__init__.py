"""`handbill check --online`: the links to the web of articles and disclaimers are requested, and broken ones reported."""

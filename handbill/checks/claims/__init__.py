"""Health claims: sentences that claim, promise or state amounts, found by word lists."""

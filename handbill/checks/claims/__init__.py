"""The checks of health claims: sentences that claim an effect on a disease, promise too much or state amounts, found by word lists."""

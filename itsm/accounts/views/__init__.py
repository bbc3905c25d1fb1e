"""Pages of signing in (sign_in), of the own account (own) and of the register of people (people)."""

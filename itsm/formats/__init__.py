"""How dates read, the same in every language: 2026-10-14 09:12."""

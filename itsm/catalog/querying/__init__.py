"""Chainable reads of papers, services and configuration items."""

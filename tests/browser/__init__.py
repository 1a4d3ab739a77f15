"""Tests with a real browser against the real application."""

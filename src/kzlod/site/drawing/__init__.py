"""Drawings as SVG, made of plain values and read without any script."""

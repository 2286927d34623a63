"""Competence and licences (S21): who may serve which tier and offer which product."""

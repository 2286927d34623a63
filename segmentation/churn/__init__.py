"""Churn scores (C1): the model of the firm, fitted once a month, and the nightly scoring of a branch with it."""

from segmentation.churn.fit import CODE_VERSION
from segmentation.churn.registry import ensure_model, model_for
from segmentation.churn.scores import score_clients

__all__ = ["CODE_VERSION", "ensure_model", "model_for", "score_clients"]

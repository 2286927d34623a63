"""The month of a branch on paper: figures, drawings, the page, and the PDF that a worker makes of it."""

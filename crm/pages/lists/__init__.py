"""The client list by its nouns: kinds of conditions, attributes, conditions, columns, views, choices of rows, exports."""

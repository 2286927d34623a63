"""What the form of a noun that can refuse has in common with the others."""

from django import forms

from crm.lib.refusals import Refused


class RefusingForm(forms.Form):
    """A form that only reads: what may not be is decided by a noun, and said beside the field that it concerns."""

    def refuse(self, refused: Refused) -> None:
        """Say beside the field what the noun refused."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))

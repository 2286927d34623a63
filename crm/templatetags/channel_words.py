"""By which channels clients are contacted, in words."""

from django import template

from servicing.channels import channel_words

register = template.Library()
register.filter("channel_words", channel_words)

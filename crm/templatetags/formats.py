"""The formats of crm.lib.formats and the masks of crm.access as template filters: {% load formats %} {{ fen|yuan }}."""

from django import template

from crm import access
from crm.lib import formats

register = template.Library()

for write in (
    formats.ago,
    formats.change,
    formats.count,
    formats.day,
    formats.day_short,
    formats.decimal,
    formats.duration,
    formats.exact,
    formats.minor,
    formats.moment,
    formats.moment_short,
    formats.percent,
    formats.points,
    formats.price,
    formats.quantity,
    formats.signed,
    formats.size,
    formats.stake,
    formats.summary,
    formats.summary_signed,
    formats.wan,
    formats.weekday,
    formats.yuan,
    formats.yuan_signed,
    formats.yuan_whole,
    access.mask_identity,
    access.mask_name,
    access.mask_phone,
    access.mask_tail,
):
    register.filter(write.__name__, write)

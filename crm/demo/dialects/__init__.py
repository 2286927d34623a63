"""The dialects in which the branches' counters write."""

from crm.demo.dialects.chinese import CHINESE
from crm.demo.dialects.counter import COUNTER
from crm.demo.dialects.english import ENGLISH

DIALECTS = {dialect.name: dialect for dialect in (COUNTER, CHINESE, ENGLISH)}

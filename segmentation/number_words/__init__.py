"""What each number that people decided means, by topic."""

from segmentation.number_words.complaints import COMPLAINTS
from segmentation.number_words.concessions import CONCESSIONS
from segmentation.number_words.house import HOUSE
from segmentation.number_words.loyalty import LOYALTY
from segmentation.number_words.messages import MESSAGES
from segmentation.number_words.night import NIGHT
from segmentation.number_words.number import TOPICS, Number
from segmentation.number_words.service import SERVICE

NUMBERS = (*NIGHT, *SERVICE, *COMPLAINTS, *MESSAGES, *CONCESSIONS, *LOYALTY, *HOUSE)
BY_KEY = {number.key: number for number in NUMBERS}
NOT_OF_NIGHT = tuple(number.key for number in NUMBERS if not number.of_night)

__all__ = ["BY_KEY", "NOT_OF_NIGHT", "NUMBERS", "TOPICS", "Number"]

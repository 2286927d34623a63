"""What each number that people decided means, by topic."""

from segmentation.number_words.competence import COMPETENCE
from segmentation.number_words.complaints import COMPLAINTS
from segmentation.number_words.concessions import CONCESSIONS
from segmentation.number_words.events import EVENTS
from segmentation.number_words.house import HOUSE
from segmentation.number_words.ideas import IDEAS
from segmentation.number_words.loyalty import LOYALTY
from segmentation.number_words.materials import MATERIALS
from segmentation.number_words.messages import MESSAGES
from segmentation.number_words.night import NIGHT
from segmentation.number_words.number import TOPICS, Number
from segmentation.number_words.service import SERVICE
from segmentation.number_words.trends import TRENDS

NUMBERS = (
    *NIGHT,
    *SERVICE,
    *COMPLAINTS,
    *MESSAGES,
    *CONCESSIONS,
    *TRENDS,
    *IDEAS,
    *COMPETENCE,
    *EVENTS,
    *MATERIALS,
    *HOUSE,
)
NUMBERS = (
    *NIGHT, *SERVICE, *COMPLAINTS, *MESSAGES, *CONCESSIONS, *TRENDS, *IDEAS, *COMPETENCE, *EVENTS, *MATERIALS, *LOYALTY, *HOUSE,
)  # fmt: skip
BY_KEY = {number.key: number for number in NUMBERS}
NOT_OF_NIGHT = tuple(number.key for number in NUMBERS if not number.of_night)

__all__ = ["BY_KEY", "NOT_OF_NIGHT", "NUMBERS", "TOPICS", "Number"]

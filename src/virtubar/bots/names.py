"""What bots are called, and what they look like. Pure."""

BARTENDER_NAME = "Sam at the bar"
AVATAR_IDS = ("amber", "birch", "cedar", "dahlia", "ember", "fern", "ginger", "hazel")
"""The looks of the web client (apps/web/src/scene/avatar/looks.ts)."""
NAMES = (
    "Ada",
    "Bruno",
    "Chiara",
    "Dev",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Keiko",
    "Luca",
    "Mina",
    "Noor",
    "Olga",
    "Pavel",
    "Quinn",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Vera",
    "Wanda",
    "Xavi",
    "Yusuf",
    "Zoe",
    "Amara",
    "Björn",
    "Celia",
    "Diego",
    "Esther",
    "Femi",
    "Gita",
    "Hanna",
    "Ivo",
    "Jamila",
    "Kofi",
    "Lotte",
    "Mateo",
    "Nadia",
)


def name_of(index: int) -> str:
    """The name of bot number `index`: the bartender is 0; names come again as Ada 2, Ada 3."""
    if index == 0:
        return BARTENDER_NAME
    again, position = divmod(index - 1, len(NAMES))
    return NAMES[position] if again == 0 else f"{NAMES[position]} {again + 1}"

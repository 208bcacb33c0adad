"""The few sentences of the slip in the languages of the desks.

Written for this product and not yet read by native speakers: an office should have its interpreters read them once. A language that is
not here gets German and English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlipWords:
    """`go_to`: where to go; `bring`: bring this slip along; `code`: word before the code; `ask`: whom to ask. `script` is a BCP 47 tag."""

    tag: str
    rtl: bool
    title: str
    go_to: str
    bring: str
    code: str
    ask: str


GERMAN = SlipWords(
    "de",
    False,
    "Ihr Weg",
    "Bitte gehen Sie zu:",
    "Bringen Sie diesen Zettel mit. Auf ihm steht nichts über Sie.",
    "Ihr Code",
    "Fragen? Wir helfen:",
)
ENGLISH = SlipWords(
    "en", False, "Your way", "Please go to:", "Bring this slip with you. It says nothing about you.", "Your code", "Questions? We help:"
)
_ARABIC = SlipWords(
    "ar", True, "وجهتك", "يرجى التوجه إلى:", "أحضر هذه الورقة معك. لا تحتوي على أي معلومات عنك.", "رمزك", "أسئلة؟ نحن نساعدك:"
)
_PERSIAN = SlipWords(
    "fa",
    True,
    "راه شما",
    "لطفاً به اینجا مراجعه کنید:",
    "این برگه را همراه بیاورید. در آن چیزی دربارهٔ شما نوشته نشده است.",
    "کد شما",
    "سؤال دارید؟ ما کمک می‌کنیم:",
)
WORDS: dict[str, SlipWords] = {
    "deu": GERMAN,
    "eng": ENGLISH,
    "ukr": SlipWords(
        "uk",
        False,
        "Ваш шлях",
        "Будь ласка, зверніться до:",
        "Візьміть цей аркуш із собою. На ньому немає жодних відомостей про вас.",
        "Ваш код",
        "Є запитання? Ми допоможемо:",
    ),
    "rus": SlipWords(
        "ru",
        False,
        "Куда идти",
        "Пожалуйста, обратитесь сюда:",
        "Возьмите этот листок с собой. В нём нет никаких сведений о вас.",
        "Ваш код",
        "Есть вопросы? Мы поможем:",
    ),
    "tur": SlipWords(
        "tr",
        False,
        "Gideceğiniz yer",
        "Lütfen buraya gidin:",
        "Bu kâğıdı yanınızda getirin. Üzerinde sizinle ilgili hiçbir bilgi yoktur.",
        "Kodunuz",
        "Sorunuz mu var? Yardım ederiz:",
    ),
    "fra": SlipWords(
        "fr",
        False,
        "Votre chemin",
        "Veuillez vous rendre à :",
        "Apportez ce papier. Il ne dit rien sur vous.",
        "Votre code",
        "Des questions ? Nous aidons :",
    ),
    "spa": SlipWords(
        "es",
        False,
        "Su camino",
        "Por favor, diríjase a:",
        "Traiga este papel. No dice nada sobre usted.",
        "Su código",
        "¿Preguntas? Le ayudamos:",
    ),
    "bul": SlipWords(
        "bg",
        False,
        "Вашият път",
        "Моля, отидете в:",
        "Носете този лист със себе си. В него няма нищо за Вас.",
        "Вашият код",
        "Въпроси? Ние помагаме:",
    ),
    "ron": SlipWords(
        "ro",
        False,
        "Drumul dumneavoastră",
        "Vă rugăm să mergeți la:",
        "Aduceți această foaie. Pe ea nu scrie nimic despre dumneavoastră.",
        "Codul dumneavoastră",
        "Întrebări? Vă ajutăm:",
    ),
    **dict.fromkeys(("ara", "apc", "acm", "arz", "ary", "apd"), _ARABIC),
    **dict.fromkeys(("prs", "pes"), _PERSIAN),
}


def words_for(language: str) -> tuple[SlipWords, ...]:
    """The person's language first, then German; for a language without words English and German."""
    own = WORDS.get(language, ENGLISH)
    return (GERMAN,) if own is GERMAN else (own, GERMAN)

"""Languages: ISO 639-3, which tells Kurmanji from Sorani and Dari from Farsi, where the two-letter codes cannot.

Names are CLDR's (Babel), in German and English and in the language itself; own names only where CLDR has none or one too wide for a
desk that must find the right interpreter. German Sign Language is a language here: interpreters are ordered for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

# Written from right to left, for the `dir` of a page that shows the language's own name.
RIGHT_TO_LEFT = frozenset({"ara", "apc", "acm", "arz", "ary", "apd", "prs", "pes", "pus", "ckb", "aii", "urd", "pnb", "bal", "uig", "heb"})


@dataclass(frozen=True, slots=True)
class Language:
    """A language (Sprache). `code` is ISO 639-3, `cldr` the key under which CLDR knows it, where it does."""

    code: str
    cldr: str
    german: str = ""
    english: str = ""
    native: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def name(self, language: str) -> str:
        own = self.german if language == "de" else self.english
        return own or str(_locale("de" if language == "de" else "en").languages[self.cldr])

    @property
    def own_name(self) -> str:
        """What the language calls itself: українська, دری. Its German name where it is not known."""
        if self.native:
            return self.native
        try:
            return str(_locale(self.cldr).languages[self.cldr])
        except (UnknownLocaleError, KeyError):
            return self.name("de")

    @property
    def direction(self) -> str:
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"

    @property
    def signed(self) -> bool:
        return self.code == "gsg"


@cache
def _locale(identifier: str) -> Locale:
    return Locale.parse(identifier)


LANGUAGES = (
    # The ones the desks hear most, first.
    Language("ukr", "uk"), Language("rus", "ru"), Language("ara", "ar"),
    Language("prs", "fa_AF"),
    Language("pes", "fa", "Farsi (Persisch)", "Farsi (Persian)"),
    Language("pus", "ps", "Paschto", "Pashto"),
    Language("kmr", "ku", "Kurmandschi (Nordkurdisch)", "Kurmanji (Northern Kurdish)", "Kurmancî"),
    Language("ckb", "ckb", "Sorani (Zentralkurdisch)", "Sorani (Central Kurdish)", "سۆرانی"),
    Language("aii", "", "Aramäisch (Assyrisch)", "Assyrian Neo-Aramaic", "ܣܘܪܝܬ"),
    Language("rom", "rom", "Romani", "Romani", "romani čhib"),
    Language("tir", "ti"), Language("tur", "tr"), Language("sqi", "sq"), Language("srp", "sr"), Language("mkd", "mk"),
    Language("bul", "bg"), Language("ron", "ro"), Language("som", "so"),
    Language("gsg", "", "Deutsche Gebärdensprache", "German Sign Language", "Deutsche Gebärdensprache"),
    # All others.
    Language("apc", "", "Arabisch (levantinisch)", "Arabic (Levantine)", "شامي"),
    Language("acm", "", "Arabisch (irakisch)", "Arabic (Iraqi)", "عراقي"),
    Language("arz", "arz", "Arabisch (ägyptisch)", "Arabic (Egyptian)", "مصري"),
    Language("ary", "ary", "Arabisch (marokkanisch)", "Arabic (Moroccan)", "الدارجة"),
    Language("apd", "", "Arabisch (sudanesisch)", "Arabic (Sudanese)", "سوداني"),
    Language("zza", "zza"), Language("tru", "tru"), Language("hrv", "hr"), Language("bos", "bs"),
    Language("cnr", "sr_ME", "Montenegrinisch", "Montenegrin", "crnogorski"),
    Language("pol", "pl"), Language("ces", "cs"), Language("slk", "sk"), Language("slv", "sl"), Language("hun", "hu"),
    Language("ell", "el"), Language("ita", "it"), Language("spa", "es"), Language("por", "pt"), Language("fra", "fr"),
    Language("eng", "en"), Language("nld", "nl"), Language("deu", "de"), Language("lit", "lt"), Language("lav", "lv"),
    Language("est", "et"), Language("bel", "be"), Language("heb", "he"),
    Language("amh", "am"), Language("orm", "om"), Language("tig", "tig"), Language("swa", "sw"), Language("kin", "rw"),
    Language("run", "rn"), Language("lin", "ln"), Language("lug", "lg"), Language("wol", "wo"),
    Language("ful", "ff", "Fula", "Fula"), Language("hau", "ha"), Language("yor", "yo"), Language("ibo", "ig"),
    Language("man", "man"), Language("bam", "bm"), Language("dyu", "dyu"), Language("sus", "sus"),
    Language("aka", "ak", "Akan (Twi)", "Akan (Twi)"), Language("ewe", "ee"),
    Language("hye", "hy"), Language("kat", "ka"), Language("aze", "az"), Language("che", "ce"), Language("kaz", "kk"),
    Language("kir", "ky"), Language("tgk", "tg"), Language("uzb", "uz"), Language("tuk", "tk"), Language("uig", "ug"),
    Language("mon", "mn"), Language("bal", "bal"), Language("urd", "ur"), Language("pan", "pa"),
    Language("pnb", "", "Punjabi (westlich)", "Punjabi (Western)", "پنجابی"),
    Language("hin", "hi"), Language("ben", "bn", "Bengalisch", "Bengali"), Language("nep", "ne"), Language("sin", "si"),
    Language("tam", "ta"), Language("tel", "te"), Language("mal", "ml"), Language("guj", "gu"),
    Language("vie", "vi"), Language("tha", "th"), Language("khm", "km"), Language("lao", "lo"), Language("mya", "my"),
    Language("tgl", "fil"), Language("ind", "id"), Language("zho", "zh"), Language("yue", "yue"),
    Language("jpn", "ja"), Language("kor", "ko"),
)  # fmt: skip
CODES = tuple(entry.code for entry in LANGUAGES)
_BY_CODE = {entry.code: entry for entry in LANGUAGES}


def language(code: str) -> Language:
    """The language of an ISO 639-3 code; raises KeyError."""
    return _BY_CODE[code]

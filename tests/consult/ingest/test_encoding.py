"""Text in an encoding that nothing names: cp1252, unless it makes words only in another; and always a caution."""

from pathlib import Path

import pytest

from consult.config import AnalysisConfig
from consult.errors import InputError
from consult.ingest import describe, read_responses
from consult.ingest.encoding import decode

WESTERN = {
    "English, short": "It’s £20 – too much",
    "English, long": (
        "I don’t think £20 a month is fair – many people can’t pay. The council should look again at its café policy.\n"
        "We’d like the library to stay open – it’s the only warm place near us, and £3 for a bus isn’t nothing.\n"
    ),
    "a pound sign": "£5",
    "signs": "20°C, m² and ½ – “n/a”",
    "names from everywhere": "Zoë, Gómez, Møller, François and Günther can’t agree",
    # Circumflexes on w and y are not in cp1252: a file that has them right is no cp1252, and cannot be tested here.
    "Welsh, short": "Mae’r môr a’r traeth yn fudr",
    "Welsh, long": (
        "Rydym ni’n credu y dylai’r llyfrgell aros ar agor. Mae’r gwasanaeth yn bwysig iawn – £30 y mis.\n"
        "Dylid gwella’r môr a’r traeth; y gân orau, y tân a’r iâ, sïon, ffrîs, côr, sgôr a chytûn.\n"
    ),
    "French, short": "été très élevé",
    "French, long": (
        "La médiathèque est très appréciée des habitants du quartier, mais les horaires d’ouverture sont réduits.\n"
        "Il faut améliorer l’éclairage près de l’école ; c’est dangereux à la tombée de la nuit – surtout l’hiver.\n"
        "À mon avis, le coût est trop élevé et les élus n’ont pas écouté. Ça suffit !\n"
    ),
    "French, capitals": "ÉCOLE FERMÉE À L’ÉTÉ",
    "German, short": "Die Straße ist für Fußgänger gefährlich",
    "German, long": (
        "Die Straße ist für Fußgänger zu gefährlich, es müsste mehr Übergänge geben.\n"
        "Ich würde mir wünschen, dass die Bürger früher gehört werden – „spätestens“ vor der Entscheidung.\n"
    ),
    "Spanish, short": "¿Por qué no hay más árboles? El niño",
    "Spanish, long": (
        "¿Por qué no hay más árboles en la plaza? Los niños necesitan sombra y los mayores también.\n"
        "La biblioteca debería abrir los sábados; así podríamos ir después del trabajo. ¡Es una vergüenza!\n"
    ),
    "Icelandic": (
        "Ég tel að strætó ætti að ganga oftar, sérstaklega á kvöldin. Bókasafnið er mjög mikilvægt, því börnin geta "
        "lært þar eftir skóla. Það þarf betri lýsingu.\n"
    ),
}
OTHERS = {
    "Polish, short": ("cp1250", "Więcej zieleni, proszę. Śródmieście jest głośne, źle się żyje."),
    "Polish, long": (
        "cp1250",
        "Uważam, że autobusy powinny jeździć częściej, zwłaszcza wieczorem.\n"
        "Brakuje miejsc dla pieszych i rowerzystów, a chodniki są w złym stanie – proszę o więcej zieleni.\n",
    ),
    "Russian, short": ("cp1251", "Очень дорого"),
    "Russian, long": (
        "cp1251",
        "Я считаю, что автобусы должны ходить чаще – особенно вечером.\n"
        "Библиотека очень нужна жителям района, потому что дети могут там заниматься после школы.\n",
    ),
    "Greek, short": ("cp1253", "Πολύ ακριβό"),
    "Greek, long": (
        "cp1253",
        "Πιστεύω ότι τα λεωφορεία πρέπει να περνούν πιο συχνά, ειδικά το βράδυ.\n"
        "Η βιβλιοθήκη είναι πολύ σημαντική για τους κατοίκους της περιοχής.\n",
    ),
    "Hebrew": ("cp1255", "יקר מדי"),
    "Arabic": ("cp1256", "الحافلات متأخرة"),
    "Turkish, short": ("cp1254", "Otobüsler daha sık gelmeli, değil mi? Çok pahalı, ışık yok"),
    "Turkish, long": (
        "cp1254",
        "Otobüslerin daha sık gelmesi gerektiğini düşünüyorum, özellikle akşam saatlerinde.\n"
        "Kütüphane mahallemiz için çok önemli, çünkü çocuklar okuldan sonra orada çalışabiliyor.\n",
    ),
    "Latvian, short": ("cp1257", "Autobusiem jākursē biežāk, īpaši vakarā"),
    "Latvian, long": (
        "cp1257",
        "Es uzskatu, ka autobusiem vajadzētu kursēt biežāk, īpaši vakaros.\n"
        "Bibliotēka ir ļoti svarīga mūsu apkaimes iedzīvotājiem, jo bērni tur var mācīties pēc skolas.\n",
    ),
    "Japanese, short": ("cp932", "バスの本数を増やしてください"),
    "Japanese, long": (
        "cp932",
        "バスの本数を増やしてください。特に夜の時間帯が少ないです。\n"
        "図書館は地域の住民にとって大切な場所なので、AIの利用より開館時間を延長してほしいと思います。\n",
    ),
    "Chinese": ("gb18030", "公共汽车太少了，请增加班次。"),
    "Korean": ("cp949", "버스가 너무 적습니다. 더 늘려 주세요."),
    "Excel for Mac": ("mac_roman", "It’s £20 – too much, café déjà"),
    "Excel for DOS": ("cp850", "It costs £20, the café closed; déjà vu"),
}


@pytest.mark.parametrize("text", WESTERN.values(), ids=WESTERN.keys())
@pytest.mark.parametrize("times", [1, 60])
def test_western_text_is_cp1252(text: str, times: int) -> None:
    content = "id;text\n" + f'1;"{text}"\n' * times
    assert decode("a.csv", content.encode("cp1252"), None) == (
        content,
        "Caution: encoding guessed: cp1252: check accented letters; set [ingest] encoding if wrong",
    )


@pytest.mark.parametrize(("encoding", "text"), OTHERS.values(), ids=OTHERS.keys())
@pytest.mark.parametrize("times", [1, 60])
def test_letters_that_make_words_only_in_another_encoding_are_read_in_it(encoding: str, text: str, times: int) -> None:
    content = "id;text\n" + f'1;"{text}"\n' * times
    assert decode("a.csv", content.encode(encoding), None) == (
        content,
        f"Caution: encoding guessed: {encoding}: check accented letters; set [ingest] encoding if wrong",
    )


def test_a_few_damaged_characters_do_not_turn_western_text_into_chinese() -> None:
    content = b"id;text\n1;What should change in your\xe5\xcaproject, and how are the\xe5\xcarequirements met?\n"
    assert decode("a.csv", content, None)[0] == content.decode("cp1252")


def test_utf8_with_a_damaged_byte_is_refused_and_not_read_as_something_else() -> None:
    content = "id;text\n1;été déjà\n".encode() + b"2;caf\xe9\n"
    with pytest.raises(InputError) as caught:
        decode("a.csv", content, None)
    assert (caught.value.code, caught.value.message) == (
        "wrong_encoding",
        "a.csv: is UTF-8 but for 1 place, the first at byte 29.",
    )
    assert decode("a.csv", content, "cp1252")[0] == content.decode("cp1252")


def test_a_guess_is_among_the_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id;Why?\n1;Les horaires d’ouverture sont trop réduits\n2;C’est très cher\n".encode("cp1252"))
    warnings = describe(read_responses([path], AnalysisConfig()))["warnings"]
    assert isinstance(warnings, list)
    assert any("Caution: encoding guessed: cp1252: check accented letters" in warning for warning in warnings)

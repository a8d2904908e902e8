"""What headers, questions and scales of answers are called in Welsh, French, German and Spanish.

Beside the English of `consult.ingest.headers` and `consult.ingest.profiles`, which add these words to their own.
Patterns are for text in lower case; those of headers are matched after `words_of`, which makes hyphens spaces.
"""

from __future__ import annotations

from typing import Final

# As `key_of` gives them: letters and digits alone.
RESPONSE_IDS: Final = (
    "antwortid", "antwortnummer", "idréponse", "idreponse", "numéroréponse", "idrespuesta", "idymateb", "rhifymateb",
)  # fmt: skip
RESPONDENT_IDS: Final = (
    "teilnehmerid", "teilnehmernummer", "teilnehmerinnenid", "befragtenid", "idparticipant", "idrépondant",
    "idrepondant", "idparticipante", "idencuestado", "idymatebydd",
)  # fmt: skip
LOOSE_IDS: Final = (
    "kennung", "laufendenummer", "lfdnr", "nummer", "identifiant", "référence", "numéro", "identificador", "referencia",
    "número", "cyfeirnod", "rhif",
)  # fmt: skip
QUESTION_IDS: Final = ("frageid", "fragenummer", "idquestion", "numéroquestion", "idpregunta", "rhifcwestiwn")
QUESTIONS: Final = ("frage", "fragetext", "pregunta", "cwestiwn")
TEXTS: Final = (
    "antwort", "antworttext", "freitext", "kommentar", "réponse", "commentaire", "respuesta", "comentario", "ymateb",
    "sylwadau",
)  # fmt: skip
WHEN: Final = (
    "abgabedatum", "eingangsdatum", "zeitstempel", "horodateur", "datedesoumission", "datedenvoi", "marcatemporal",
    "fechadeenvío", "cyflwynwyd", "datum", "fecha", "dyddiad",
)  # fmt: skip
"""Of the moment of submission, the best first."""

CONTACT: Final = (
    r"\b(vor|nach|familien)name\b|\b(ihr|kontakt) ?name\b|\btelefon\w*|\b(mobil|handy)\w*nummer\b|\bgeburtsdatum\b"
    r"|\bansprechpartner\w*"
    r"|\bprénom|\bnom de famille\b|^(votre )?nom( et prénom)?$|\btéléphone|\bcourriel\b|\badresse (mail|électronique)"
    r"|\bdate de naissance\b"
    r"|\bapellidos?\b|^(su )?nombre( completo| y apellidos)?$|\bteléfono|\bcorreo\b|\bfecha de nacimiento\b"
    r"|\bcyfenw\b|^(eich )?enw( llawn| cyntaf)?$|\bbeth yw eich enw\b|\bffôn\b|\be ?bost\b|\bdyddiad geni\b"
)
ADDRESS: Final = (
    r"^(ihre |meine )?(anschrift|adresse|postanschrift|stra(ß|ss)e|hausnummer|plz|postleitzahl)\b"
    r"|^(votre )?(adresse|code) (postale?|de domicile)\b|^(su )?(dirección|domicilio|código postal)\b"
    r"|^(eich )?(cyfeiriad|cod post)\b"
)
DEMOGRAPHIC: Final = (
    r"alter|altersgruppe|geschlecht\w*|wohnort|bundesland|landkreis|gemeinde|stadtteil|ortsteil|bezirk|beruf\w*"
    r"|behinderung\w*|bildungs\w+|staatsangehörigkeit|branche|einkommen|haushalts\w+|sprache|wie alt"
    r"|[âa]ge|sexe|genre|région|commune|ville|quartier|département|profession|catégorie|organisme|handicap|diplôme"
    r"|langue|revenus?|statut"
    r"|edad|sexo|género|provincia|municipio|ciudad|barrio|profesión|ocupación|organización|discapacidad|estudios"
    r"|idioma|ingresos"
    r"|oed|oedran|rhyw|rhywedd|rhanbarth|ardal|sir|tref|ethnig\w*|anabledd|crefydd|iaith|sefydliad|galwedigaeth|swydd"
)
ABOUT_YOU: Final = (
    r"wie alt|was ist ihr|welche[rsmn]? |wo (wohnen|leben)|in welche[rsmn]?|sind sie|haben sie eine|als was|ihre?\b"
    r"|quel(le)?s? (est|âge|sont)|où (habitez|vivez)|dans quel(le)?|êtes vous|avez vous un|à quel titre|votre|vous êtes"
    r"|¿? ?(cuál es su|cuántos años|qué edad|dónde vive|en qué|es usted|tiene usted)|su\b"
    r"|beth yw eich|faint yw eich|ble ydych|ym mha|ydych chi|pa\b|eich\b"
)
OPEN: Final = (
    r"begründ\w*|warum|weshalb|wieso|erläuter\w*|erklär\w*|anmerkung\w*|kommentare?|anregung\w*|vorschläge|ideen"
    r"|bemerkung\w*|beschreib\w*|weitere[sn]?|sonstige[sn]?|meinung|bedenken|hinweise|eigenen worten"
    r"|was (könnte|sollte|würde|fehlt|gefällt|wünschen)|wie (könnte|sollte|ließe)\w*"
    r"|pourquoi|expliquez|précisez|commentaires?|remarques?|raisons?|décrivez|avis|opinion|autres?|améliorer"
    r"|observations?|vos idées|que (faudrait|pourrait|proposez|pensez)|comment (pourrait|peut|faire)\w*"
    r"|por qué|explique|comentarios?|sugerencias?|razones|motivos?|describa|opinión|opina|otr[ao]s?|observaciones"
    r"|mejorar\w*|qué (podría|debería|propone|piensa|le gustaría)|cómo (podría|debería)\w*"
    r"|pam|eglur\w*|esboni\w*|sylw|sylwadau|rh?eswm|rh?esymau|disgrifi\w*|awgrym\w*|barn|arall|eraill|manylion|gwella"
    r"|dywedwch|sut (gallai|dylai|gellid)|beth (allai|ddylai|fyddai)"
)
ASKS: Final = (
    r"wie|warum|welche\w*|wo|wer|haben|sind|bitte|inwieweit|inwiefern|sollte\w*"
    r"|comment (faire|jugez|trouvez|pourrait|pourrions|peut|évaluez|qualifi\w+)"
    r"|quel\w*|pourquoi|où|êtes|dans quelle mesure|veuillez"
    r"|¿.*|cómo|qué|cuál\w*|por qué|en qué medida"
    r"|ydych|oes|beth (yw|ydych|sydd|hoffech|allai|ddylai|fyddai)|pam|sut|ble|i ba raddau|rhowch|a ddylai|pa mor"
)
"""How questions begin."""
EXPLAINS: Final = (
    r"warum|weshalb|begründ\w*|erläuter\w*|ihre antwort|pourquoi|expliquez|précisez|votre réponse|por qué|explique"
    r"|su respuesta|pam|eglur\w*|esboni\w*|rh?esymau|eich ateb"
)
"""Words of a question that asks for the reasons of the answer before it."""

_GERMAN: Final = (
    r"ja|nein|wei(ß|ss) (ich )?nicht|keine (angabe|antwort|meinung)|k\. ?a\.|teils(,|/| )* ?teils|unentschieden"
    r"|weder( \w+)? noch( \w+)?|vielleicht|egal"
    r"|(ich )?(stimme |trifft |lehne |bin )?((voll|völlig|vollkommen|ganz|und|eher|sehr|stark|teilweise|teils|etwas"
    r"|überhaupt|gar|nicht|kaum|ziemlich|weniger) ?)*"
    r"(zu|ab|einverstanden|dafür|dagegen|zufrieden|unzufrieden|wichtig|unwichtig|gut|schlecht|zustimmung|ablehnung)"
)
_FRENCH: Final = (
    r"oui|non|pour|contre|(je )?ne (sais|sait|se prononce) pas|sans (opinion|avis|réponse)|nsp|neutre|indifférent"
    r"|peut[- ]être|((tout à fait|totalement|entièrement|complètement|plutôt|assez|très|moyennement|peu|pas|du tout|ni"
    r"|en partie|fortement) ?)*"
    r"(d['’]accord|en désaccord|favorable|défavorable|satisfaite?|insatisfaite?|importante?|utile|opposée?)"
    r"( ni (en désaccord|pas d['’]accord|insatisfaite?|défavorable))?"
)
_SPANISH: Final = (
    r"sí|si|no sé|no sabe|no contesta|ns ?/ ?nc|a favor|en contra|neutral|tal vez|quizás"
    r"|((totalmente|completamente|muy|bastante|algo|poco|nada|ni|parcialmente|más bien) ?)*"
    r"((de|en des?) ?acuerdo|satisfech[oa]|insatisfech[oa]|importante)( ni (en desacuerdo|insatisfech[oa]))?"
)
_WELSH: Final = (
    r"ydw|ydy|ydyn|oes|ie|do|nage|naddo|byddwn|dylai|(nac|na|nad) (ydw|ydy|oes|fyddwn|ddylai)|nac ydyn"
    r"|ddim yn (gwybod|si[ŵw]r|berthnasol)|dim barn|efallai|gwell gen i beidio â dweud"
    r"|((ddim|yn|gryf|cryf|tueddu|i|lled|eithaf|gweddol|rhannol|hollol|llwyr) ?)*"
    r"(ch?ytuno|gytuno|anghytuno|ch?efnogi|gefnogi|gwrthwynebu|wrthwynebu|bodlon|fodlon|anfodlon|pwysig|bwysig|da|wael)"
    r"(['’]n gryf| yn (gryf|llwyr|rhannol)| iawn| o gwbl)?( na(c yn)? (anghytuno|gwrthwynebu|anfodlon))?"
)
SCALE: Final = f"{_GERMAN}|{_FRENCH}|{_SPANISH}|{_WELSH}"
"""Answers such as yes and no, agree and disagree; the whole of a cell."""

OTHER: Final = r"\b(sonstige\w*|andere[sr]?|bitte angeben|autres?|précisez|otr[ao]s?|especifi\w+|arall|eraill)\b"
"""Of an option beside which people write their own."""
YES: Final = frozenset({"ja", "oui", "sí", "ie", "ydw", "ausgewählt", "genannt", "angekreuzt", "coché", "wahr", "vrai"})
NO: Final = frozenset({"nein", "non", "nage", "nac ydw"})
NOT_CHOSEN: Final = NO | {"nicht ausgewählt", "nicht genannt", "nicht gewählt", "non coché", "falsch", "faux"}
"""What the column of one option says where it was chosen, and where not."""

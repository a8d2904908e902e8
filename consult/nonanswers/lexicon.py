"""Whole answers that say nothing, by class, in English, Welsh, French, German and Spanish."""

from __future__ import annotations

from typing import Final

NONE: Final = """
    no|none|nope|nil|na|n a|not applicable|nothing|nothing really|not really|no not really|not at all|absolutely nothing
    nothing absolutely nothing|no nothing|not a thing|nothing at all|nothing at this time|nothing at the moment|nothing else
    nothing more|nothing further|nothing i can think of|nothing comes to mind|no thanks|no thank you|no issues|no concerns
    no suggestions|none at all|none really|none that i can think of|none at this time|none known|none given|no i dont
    no i do not|null|undefined|n|no idea of any|nothing springs to mind|nothing in particular|nothing specific|no changes
    none whatsoever|nothing whatsoever|nothin|nothng|nothimg|nohing|nowt|nought|im moment nichts|momentan nichts|derzeit nichts|bisher nichts|no improvements|no problems
    dim|dim diolch|dim byd|nac oes|dim byd arall|na|nage|nac ydw|amherthnasol|dim byd o gwbl|dim un|nac ydyw|naddo
    non|non merci|r a s|aucun|aucune|rien|ras|neant|sans objet|rien du tout|non rien
    nein|nein danke|keine|keiner|nichts|entfallt|nada|ninguno|ninguna|no aplica|gar nichts|nichts weiter|nein nichts|nada mas
    """
NO_COMMENT: Final = """
    no comment|no comments|no comment to make|no further comment|no further comments|no other comments|no more comments
    no additional comments|no comments at this time|no comment at this time|without comment|nothing to say|nothing to add
    nothing more to add|nothing further to add|nothing else to add|nothing to report|nothing to comment|no opinion|no view
    no views|no strong views|no strong opinion|no response|no answer|no reply|no feedback|not answered|did not answer
    didnt answer|unanswered|blank|left blank|skip|pass|rather not say|prefer not to say|dont wish to say|do not wish to say
    no particular view|no particular views|no further views|nothing more to say|nothing else to say|no comments to make
    i have no comment|i have no comments|we have no comment|we have no comments|no comment thanks|none to add|no observations
    i have nothing to add|we have nothing to add|i have nothing to say|tbc|tba
    dim sylw|dim sylwadau|dim sylwadau pellach|dim barn|dim ateb|dim byd i ychwanegu|dim byd iw ychwanegu|dim i ychwanegu
    dim sylw pellach|heb farn|well gen i beidio dweud|does gen i ddim sylwadau
    rien a signaler|rien a ajouter|sans opinion|sans avis|pas de commentaire|pas de commentaires|aucun commentaire|pas davis
    sans commentaire|rien a dire|aucun avis|pas de reponse|sans reponse|pas dautre commentaire|pas dautres commentaires
    kein kommentar|keine angabe|keine angaben|keine meinung|keine anmerkungen|keine weiteren anmerkungen|nichts hinzuzufugen
    keine antwort|sin comentarios|sin opinion|sin respuesta|nada que anadir|nada que decir
    """
UNSURE: Final = """
    dont know|do not know|i dont know|i do not know|dk|dunno|not sure|unsure|im not sure|i am not sure|idk|no idea
    really not sure|i dont really know|dont really know|not sure really|not certain|cant say|cannot say|hard to say
    cant think of anything|i cant think of anything|can not think of anything|cannot think of anything|cant comment
    i cant comment|cannot comment|unable to comment|i have no idea|who knows
    ddim yn gwybod|dwn i ddim|dwi ddim yn gwybod|ddim yn siwr|wn i ddim
    ne sait pas|je ne sais pas|nsp|je sais pas|sais pas|aucune idee|aucune opinion|je ne sais pas trop
    keine ahnung|weiss nicht|weiss ich nicht|ich weiss nicht|ich weiss es nicht|no se|no lo se|ni idea
    """
REFERS: Final = """
    see above|as above|see previous|see previous answer|see previous answers|see previous comments|see previous comment
    see my previous answer|see other answers|as before|as previously stated|as stated above|as already stated|same as above
    same as before|same again|ditto|see below|already answered|please see above|see my previous response|see previous response
    see my previous comments|as previously|as per previous answer|as per above|same answer as above|answered above|see earlier
    see earlier answer|see earlier answers|see earlier comments|as stated previously|as mentioned above|as i said before
    as i said above|refer to above|refer to previous answer|see comments above|see my comments above|see answer above
    see my answer above|see response above|same as previous answer|same as previous|as previous|as previous answer|covered above
    gweler uchod|fel uchod|gweler yr ateb blaenorol|gweler yr uchod|gweler isod|yr un fath ag uchod
    voir ci dessus|idem|voir plus haut|cf ci dessus|voir reponse precedente|voir ma reponse precedente|comme ci dessus
    siehe oben|siehe unten|wie oben|wie zuvor|siehe vorherige antworten|ver abajo|yr un ateb ag uchod|fel o r blaen|comme precedemment|siehe vorherige antwort|ver arriba|vease arriba|igual que arriba|idem anterior
    """
ATTACHED: Final = """
    see attached|see attachment|see attached file|see attached document|see attached letter|see attached files
    please see attached|please see attachment|attached|please see attached letter|please see attached file
    please see attached document|please see attached comments|see attached comments|see attached comment letter
    please see attached comment letter|comment attached|comments attached|letter attached|response attached|see email
    see letter|see covering letter|see cover letter|see covering email|see separate document|see separate response
    see separate letter|see our letter|see our response|see pdf|see word document
    gweler ynghlwm|gweler yr atodiad|gweler y llythyr|gweler y ddogfen ynghlwm
    voir piece jointe|voir pj|voir pieces jointes|ci joint|voir document joint|voir courrier
    siehe anhang|siehe anlage|siehe beigefugtes schreiben|ver adjunto|vease adjunto|ver documento adjunto
    """
THIN: Final = """
    yes|y|ok|okay|test|yep|yeah|yup|maybe|perhaps|sometimes|possibly|fine|same|idk really|whatever|so so|meh|hmm|lol
    it is what it is|thats it|that is all|thats all|as it is|yes and no|ignore|nvm|never mind|it depends|depends|testing|hello|hi
    ie|oes|ydw|ydy|do|iawn|efallai|weithiau|oui|peut etre|parfois|ca depend|ja|vielleicht|manchmal|kommt darauf an|ok danke|si|quiza
    tal vez|a veces|depende
    """
NOISE: Final = "x|xx|xxx"


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(phrase for line in listed.splitlines() for phrase in line.strip().split("|") if phrase)


LEXICON: Final = {
    kind: _phrases(listed)
    for kind, listed in (
        ("none", NONE), ("no_comment", NO_COMMENT), ("unsure", UNSURE), ("refers", REFERS), ("attached", ATTACHED),
        ("thin", THIN), ("noise", NOISE),
    )
}  # fmt: skip
"""Whole answers by their class, in the form that `fold` gives, in English, Welsh, French, German and Spanish."""
NON_ANSWERS: Final = frozenset().union(*LEXICON.values())

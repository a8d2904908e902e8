"""Covering words: what a letter says to be a letter, and a submission to be one. They make no point.

Greetings and thanks, who writes and to what, that something is attached, whom to ask, headings and reference numbers,
signatures. A piece is taken for covering words only as a whole, and never when it holds a word of judgement or demand:
"I am writing to object to the loss of the bus" is a point, and so is "Thank you for the new crossing".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from consult.words import fold, without_placeholders

_END: Final = " .,;:!?\n\r\t\"'”’“‘«»()[]*_-–—"
_GREETING: Final = re.compile(
    r"(?:dear|hello|hi|hey|greetings|annwyl|madame|monsieur|sehr geehrte\w*|guten tag|liebe[rs]?|bonjour|hola|estimad[oa]s?|muy señor(?:es)? mío?s?|buen(?:o|a)s (?:días|tardes|noches)|a quien corresponda|good (?:morning|afternoon|evening)|to whom)\b(?P<who>(?:[\s,./&()\[-]+[\w’'\]]+){0,9})",
    re.IGNORECASE,
)
_GREETS: Final = re.compile(
    r"\W*(?:dear|hello|hi|hey|greetings|annwyl|madame|monsieur|sehr|guten|liebe|bonjour|hola|estimad|muy señor|buenos|buenas|a quien|good|to whom)",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(r"\s*[,:;!–—]\s+|\s+[-–—]\s+|\s*\n\s*")
_GREETED: Final = frozenset(
    "sir madam sirs or and all there team everyone everybody colleague colleagues friend friends councillor councillors commissioner commissioners chairman chair committee council minister members member"
    " of the my mr mrs ms miss dr it may concern both again from this that is to whom a syr fadam neu a’r ac damen und herren herr frau madame monsieur messieurs mesdames et le la à tous señor señora señores señoras y todos todas equipo amigos amigas don doña los las del de".split()
)
_COURTESY: Final = re.compile(
    r"(?:yours?|kind|kindest|best|warm|warmest|with)\s+(?:\w+\s+){0,2}(?:faithfully|sincerely|truly|regards|wishes)(?:\W+\w+){0,4}"
    r"|(?:many )?thank(?:s| you)(?: (?:so|very) much| again| in advance)?(?: for (?:your|the|all your|taking the|reading|listening|considering)(?: [\w’']+){0,4}?(?: ?(?:time|attention|consideration|patience|opportunity|reading|listening|this|submission|comments?|views|email|letter|matter|note)){1,3})?"
    r"|regards|cheers|cofion|diolch(?: yn fawr)?|merci(?: d[’']avance| beaucoup)?|danke(?: schön)?|vielen dank|(?:muchas )?gracias(?: de antemano)?|(?:un |muy |reciban? un )*(?:cordial(?:es)? |atentos? )*saludos?(?: cordial(?:es)?)?|(?:muy )?atentamente"
    r"|yn gywir|yr eiddoch yn gywir|cordialement|(?:viele |mit freundlichen )?gr(?:ü|u)(?:ß|ss)en?|sent (?:from|via) (?:\w+ ){0,4}\w+(?:<\S*>)?|this (?:e-?mail|message|communication)\b.{0,80}?\b(?:confidential|intended|sole use|privileged)\b.*",
    re.IGNORECASE,
)
"""Greetings, thanks and endings of a letter."""
_SUBMIT: Final = (
    r"(?:\w+ly )?(?:comment|respond|reply|submit|provide|offer|share|contribute|give|present|engage|participate|take part|weigh in|discuss"
    r"|send|make|express|review|input|add|be heard|have (?:our|my|a) say|feed ?back|work|continue|learn|advance|file)\b"
)
_TOLD: Final = (
    r"(?:comments?|commentary|responses?|repl(?:y|ies)|submission\w?|letters?|documents?|files?|feedback|input|views|statements?|representations?"
    r"|evidence|reports?|papers?|answers?|recommendations?|suggestions?|observations?|pdf|materials?|information|e-?mails?|proposals?)"
)
"""What is sent in."""
_WHO: Final = r"(?:i|we|(?!please\b|kindly\b)(?:[\w&.,’'()/-]+ ){1,14}?)"
_THANKS: Final = re.compile(
    rf".{{0,240}}?\b(?:appreciat\w+|welcom\w+|thank(?:s| you)\b.{{0,60}}? for|grateful(?: \w+){{0,4}} for|pleased|honou?red|delighted|glad|excited|thrilled|happy)"
    rf"(?: \w+){{0,4}}? (?:the|this|an|your|any)(?: \w+){{0,2}} (?:opportunity|chance|invitation|request)\b(?:.{{0,40}}?\b(?:to|for|of) (?:\w+ ){{0,4}}?(?:{_SUBMIT}|comments?|feedback|input).*)?"
    rf"|.{{0,160}}?\b(?:pleased|proud|honou?red|delighted|glad|excited|happy|grateful|thrilled) to (?:\w+ ){{0,3}}?(?:(?:comment|respond|reply)\b.{{0,240}}|(?:submit|provide|offer|share|contribute|present|give)\b.{{0,80}}?\b(?:{_TOLD}|perspectives?|insights?|experiences?|expertise)\b.{{0,240}})"
    r"|(?:vielen dank|danke|wir danken)\b.{0,40}\bfür die (?:möglichkeit|gelegenheit|einladung)\b.{0,120}|diolch(?: yn fawr)? am y cyfle\b.{0,120}"
    r"|(?:muchas )?(?:gracias|les? agradezco|les? agradecemos|agradecemos|agradezco)\b.{0,40}\b(?:la|esta|su) (?:oportunidad|ocasión|invitación|posibilidad)\b.{0,120}"
    r"|(?:je vous remercie|nous vous remercions|merci)\b.{0,40}\b(?:de (?:me|nous) (?:donner|permettre)|pour) (?:l’|l'|la |cette )?(?:opportunité|occasion|possibilité|invitation)\b.{0,120}",
    re.IGNORECASE | re.DOTALL,
)
"""Thanks for the chance to say something, with whatever is named as what it is said on."""
_OPENING: Final = re.compile(
    # Who writes, for whom, in answer to what.
    r"(?:i am|i’m|i'm|we are|we’re|we're|i|we)?\s?(?:now )?(?:writing|write|wish to write|respond|responding|reply|replying|commenting|submit|submitting|make|making)\b(?: today| to you| this| these| the following| our| my| comments?| letter| response| submission| here| in| both| as| an?| individual| formally){0,5}"
    r" ?(?:on behalf of|in response|in reply|in connection|in relation|in regards?|in reference|with regards?|with reference|for and on behalf|in my capacity|in our capacity|to (?:\w+ ){0,2}?(?:respond|reply|comment|submit|provide|offer|share))\b.*"
    r"|(?:i|we) (?:\w+ )?(?:write|speak|respond|reply|answer|comment) (?:here )?(?:as|for|on behalf of|from)\b.{0,160}"
    rf"|(?:{_TOLD} )?(?:are |is )?(?:respectfully )?(?:submitted|provided|made|offered|sent) (?:on behalf of|by)\b.{{0,200}}"
    rf"|{_TOLD} (?:of|from|by|on behalf of) (?:(?:(?-i:[A-Z])[\w.&’'-]*|the|of|and|for),? ){{1,12}}to (?:the|your|this) (?:\w+ ){{0,3}}(?:consultation|inquiry|enquiry|call|survey|proposals?|plan|request)\b.{{0,80}}"
    rf"|in (?:response|reply|answer) to .{{3,200}}?, (?:{_WHO}) ?(?:respectfully |hereby )?(?:submits?|offers?|provides?|makes?) (?:the following|these|this|our|its|my|a)\b.{{0,160}}"
    r"|to (?:(?:the|of|for|and|&|(?-i:[A-Z(])[\w.&’'()/-]*),? ?){2,30}"
    r"|(?:i am |we are )?(?:submitting|making|providing|offering) (?:a|an|this|these|the|my|our) (?:\w+ ){0,3}(?:response|submission|comments?|reply|letter|statement)\b.{0,200}"
    r"|on behalf of (?!(?:my|his|her|their) (?:\w+ ){0,2}(?:son|daughter|mother|father|wife|husband|mum|dad|partner|parents?|child|children|brother|sister|friend|neighbour)\b).{1,300}"
    r"|(?:this|the following|these|here|below)\b(?: (?:letter|is|are|document|submission|text|comments?|paper))? ?(?:is|are|constitutes?|contains?|forms?|represents?|comes?|sets? out|in|is being submitted|are submitted)?\b.{0,30}?\b"
    rf"{_TOLD} (?:\w+ ){{0,3}}(?:of|from|by|on behalf of|to|for|in response|in regards?|regarding|on|concerning)\b.{{0,200}}"
    rf"|(?:{_WHO}) ?(?:respectfully |hereby |formally |jointly )?(?:submits?|offers?|provides?|is submitting|are submitting|am submitting|would like to (?:submit|offer|provide|make|share)|wish(?:es)? to (?:submit|offer|make))"
    rf" (?:(?:the (?:following|attached|below)|these|this|our|its|my|their|a|an) (?:\w+ ){{0,4}}?)?{_TOLD}\b(?:(?: \w+){{0,2}} (?:to|for|in|on|regarding|concerning|about|from|as|attached|below)\b.{{0,240}})?"
    r"|(?:answering|speaking|responding|replying|commenting) (?:as|for|on behalf of)\b.{0,160}"
    r"|as (?:an?|the|your)? ?(?:\w+ ){1,6}(?:for|of) .{0,100}\b(?:i am|we are|i have been|we have been) (?:instructed|asked|authorised|authorized|mandated) to (?:\w+ ?){1,4}"
    # In Welsh, German, French and Spanish.
    r"|(?:rwy’n |rwy'n |yr wyf yn )?(?:ysgrifennaf|ysgrifennu|ymateb|ymatebaf)\b.{0,40}\b(?:ar ran|mewn ymateb|gan)\b.{0,120}"
    r"|(?:hiermit |ich |wir )*(?:schreib\w+|nehm\w+|antwort\w+|äußer\w+)\b.{0,40}\b(?:im namen|stellung|in bezug|bezüglich)\b.{0,120}|(?:im namen|namens) (?:der|des|von)\b.{0,120}"
    r"|(?:je |nous )(?:vous )?(?:écris|écrivons|réponds|répondons|adresse|adressons)\b.{0,40}\b(?:au nom|en réponse|dans le cadre|suite à)\b.{0,120}|au nom (?:de|du|des)\b.{0,120}"
    r"|(?:(?:me|les?|nos) )*(?:escrib(?:o|imos)|dirijo|dirigimos|respond(?:o|emos)|contest(?:o|amos)|present(?:o|amos))\b.{0,40}\b(?:en nombre|en respuesta|en relación|con motivo|en calidad)\b.{0,120}|en nombre (?:de|del|y representación)\b.{0,120}",
    re.IGNORECASE | re.DOTALL,
)
"""Who writes, to what and on whose behalf."""
_ATTACHED: Final = re.compile(
    r"(?!.*\b(?:map|photo|photograph|picture|plan|table|diagram|drawing)s?\b)(?:(?:please |kindly )?(?:also )?(?:see|find|review|accept|view|refer to|read|consult|note|take notice of|open|consider)\b.{0,120}?\b(?:attach\w*|enclos\w*|below)\b.{0,240}"
    r"|.{0,60}?\b(?:please|kindly) (?:also )?(?:see|find|review|accept|view|refer to|read|consult|open|consider)\b.{0,80}?\b(?:attach\w*|enclos\w*)\b.{0,240}"
    rf"|(?:attached|enclosed)\b,?(?: \w+){{0,3}}? (?:please find|you will find|(?:is|are)\b.{{0,40}}?\b{_TOLD})\b.{{0,240}}|(?:attached|enclosed)(?: to this| please find)?(?: \w+){{0,6}} {_TOLD}\b.{{0,160}}"
    rf"|.{{0,160}}?\b{_TOLD}\b.{{0,60}}?\b(?:(?:is|are|has been|have been|can be found|may be found|found|included|provided|available|submitted|uploaded|see|as)\b(?: \w+){{0,5}} (?:attached|enclosed|attachments?)|attached|enclosed)\b(?: \w+){{0,8}}"
    rf"|.{{0,120}}?\b(?:i|we) (?:have |am |are |’ve |'ve )?(?:also |here |now )?(?:attach(?:ed|ing)?|enclos(?:e|ed|ing))\b.{{0,120}}?\b{_TOLD}\b.{{0,160}}"
    rf"|.{{0,120}}?\b(?:submits?|submitting|provide[sd]?|offer(?:s|ed)?|share[sd]?)\b(?: \w+){{0,3}} (?:attached|enclosed)\b.{{0,30}}?\b{_TOLD}\b.{{0,200}}"
    r"|please (?:see|review|find|read|view) (?:\w+ ){0,3}(?:document|pdf|file|letter|submission)s?\b.{0,160}"
    r"|.{0,80}?\b(?:ynghlwm|amgaeaf|amgaeir|wedi(?:’i|'i)? atodi|yn yr atodiad)\b.{0,80}"
    r"|(?:anbei|im anhang|in der anlage|beigefügt|als anlage)\b.{0,120}|(?:veuillez|vous) (?:trouver|trouverez)\b.{0,30}\b(?:ci-joint\w*|en pièce jointe|en annexe)\b.{0,120}|ci-joint\w*\b.{0,120}"
    r"|(?:(?:les? |se )?adjunt(?:o|a|amos|an)|anex(?:o|amos)|véase (?:el )?(?:documento |archivo )?adjunto)\b.{0,120})",
    re.IGNORECASE | re.DOTALL,
)
"""That what is said stands elsewhere."""
_CLOSING: Final = re.compile(
    r"(?:(?:should|if) (?:you|there|the \w+|your \w+) (?:have|need|require|would like|want|wish|are|is|has)\b.{0,60}?\b(?:questions?|information|details?|clarification|discuss|anything|assistance|follow[- ]up|concerns)\b.{0,200})"
    r"|(?:please )?(?:do not |don’t |don't |feel free to |not )*(?:hesitate to )?(?:contact|reach out to|reach|call|email|e-mail) (?:me\b|us\b|the undersigned|our\b|\[(?:name|e-mail|phone)\]).{0,10}(?:\b(?:at|on|by|via|if|with|for|to|should)\b.{0,120})?"
    r"|(?:(?:again|and|in closing|finally|therefore|we|i|i[’']m|we[’']re|(?-i:[A-Z])[\w&.-]*),? ){0,7}(?:am |are |would )?(?:look|looking|looks) forward to (?:\w+ ){0,3}?(?:hearing|seeing how|your|working|continu\w+|discussing|discussions?|engag\w+|partner\w+|collaborat\w+|further|participating|opportunit\w+|dialogue|learning|respond\w*|serving|a (?:response|reply)|the (?:response|outcome|opportunity|results?))\b.{0,200}"
    r"|(?:\w+ ){0,3}?(?:i|we)(?: am| are|’m|'m|’re|'re| remain| stand| would be| will be) (?:also |always |more than |very |and )*(?:happy|available|glad|pleased|ready|willing|eager|delighted|at your disposal)\b(?: to (?:\w+ ){0,3}?(?:discuss|provide|answer|meet|assist|elaborate|clarify|talk|engage|share|supply|support|work with|partner|collaborate|serve|speak)\b.{0,200}| for (?:any |further )*(?:questions?|discussion|clarification|a (?:meeting|call))\b.{0,80})"
    r"|(?!.*\bplease\b)(?:again )?(?:we |i )?(?:\w+ )?thank(?:s| you)\b.{0,40}? (?:for|in advance)\b.{0,12}\b(?:time|consider\w*|attention|reading|taking the time|inviting|publishing|issuing|seeking|allowing (?:me|us)|giving (?:me|us) (?:the|an|this))\b.{0,80}"
    r"|(?:we |i )(?:\w+ )?(?:would )?(?:welcome|appreciate|value) (?:\w+ ){0,3}(?:continued |further )?(?:dialogue|discussion|engagement|opportunit\w+ to|consideration)\b.{0,160}"
    r"|(?:respectfully|sincerely|yours|signed|regards|best|cheers|submitted by|respectfully submitted|with thanks|in closing|cordially)"
    r"|(?:respectfully submitted|submitted by|signed|sincerely|regards|cc|attn|attention|via electronic submission\w*|submitted electronically)\b[:, ](?: ?(?-i:[A-Z\[])[\w.\]’'-]*,?){0,10}|(?:from|to): ?(?:(?-i:[A-Z\[])[\w.\]’'-]*,? ?){1,10}"
    r"|(?:für (?:rück)?fragen|bei (?:rück)?fragen)\b.{0,120}|(?:wir|ich) (?:stehen|stehe) .{0,40}zur verfügung.{0,80}|mit (?:freundlichen|besten) grüßen.{0,60}"
    r"|(?:je reste|nous restons)\b.{0,40}\bdisposition\b.{0,80}|dans l[’']attente de\b.{0,80}|(?:je vous prie|nous vous prions|veuillez) .{0,20}\b(?:agréer|recevoir|croire)\b.{0,160}"
    r"|(?:quedo|quedamos) (?:\w+ ){0,3}?(?:a (?:su|vuestra) (?:\w+ )?disposición|a la espera)\b.{0,80}|no duden? en (?:contactar|ponerse en contacto|llamar|escribir)\w*\b.{0,120}|a la espera de (?:su|una|vuestra) (?:respuesta|contestación)\b.{0,60}"
    r"|(?:edrychaf|edrychwn) ymlaen at\b.{0,80}",
    re.IGNORECASE | re.DOTALL,
)
"""Whom to ask, what is looked forward to, and the last words."""
_SIGNED: Final = re.compile(
    r"(?:\w+ ){0,2}(?:respectfully|sincerely|yours|signed|regards|faithfully|truly|wishes|submitted|cordially|gywir|grüßen|cordialement|atentamente|saludos?)(?: \w+){0,2}",
    re.IGNORECASE,
)
_LONGEST: Final = 500
"""Characters; a longer piece says something."""
_STEMS: Final = tuple(
    stem.replace("_", " ")
    for stem in (
        "attach enclos request_for instructed authoris authoriz mandated speaking re: subject: file_code submitted thank appreciat welcom opportunit chance invit behalf respon repl submi comment question contact"
        " forward sincer regard dear hello greet good_ wish yours cheers sent_from answer section introd conclu backgr overv recomm"
        " summar append annex content execut docket rfi rfp letter document file pdf please happy_ available glad_ pleased ready honored"
        " honoured signed cc: attn attent hesit feedback views statement represent evidence i_write we_write writing"
        " hi, hi_ hey from: to: to_whom delighted excited annwyl cofion diolch gywir ysgrif ymateb ynghlwm amgae atodi edrych merci"
        " bonjour madam monsieur cordial veuill joint réponse écri au_nom remerc dispos attente prie sehr guten liebe dank grü gru"
        " hola estimad señor buenos buenas gracias saludo atentam escrib dirij dirig contest en_nombre adjunt anex disposición duden espera agrade corresponda"
        " anbei anhang anlage beigef namen stellung schreib frag verfügung http www @"
    ).split()
)
"""Something of what covering words are made of: most pieces have none of it, and need no longer look."""
_DEMANDS: Final = (
    r"should|must|ought|urg(?:e|es|ing)|recommends?|suggests?|propos(?:e|es|ing)|supports?|oppos\w+|object(?:s|ed|ing|ions?)?|against|favou?rs?|worr\w+"
    r"|believes?|thinks?|feels?|wants?|wish(?:es)? (?:that|for)|hopes?|agrees?|disagrees?|strongly|because|but|however|unless|although|though|whereas|never|yes"
    r"|condemn\w*|deplor\w*|demand\w*|insist\w*|endors(?:e|es|ing)|commend\w*|applaud\w*|encourag(?:e|es|ing)|complain\w*|disappoint\w*|cannot|can['’]?t|don['’]t|doesn['’]t|won['’]t|isn['’]t|shouldn['’]t"
    r"|dylai|dylid|rhaid|angen|cefnogi|gwrthwynebu|credu|meddwl|ond|oherwydd|sollten?|muss|müssen|gegen|dafür|unterstütz\w+|ablehn\w+|lehn\w+|finde[nt]?|aber|weil|nicht|kein\w*"
    r"|doit|doivent|faut|faudrait|contre|soutien\w*|soutenons|proposons|proposez|souhait\w+|pense\w*|mais|car|parce|pas|jamais"
    r"|deb(?:e|en|er[íi]a\w*|emos)|hay que|necesit\w+|apoy\w+|opon\w+|contra|pero|porque|aunque|nunca|ped(?:imos|ir)|pido|exij\w+|exig\w+|queremos|quiero|propon\w+|creo|creemos|rechaz\w+"
)
_JUDGES: Final = re.compile(
    rf"\b(?:{_DEMANDS}|needs?|needed|supporting|concern(?:s|ed)?|too|very (?:bad|poor|good|slow)|bad|good|great|terrible|awful|better|worse|poor|wrong|unfair|fair|dangerous|unsafe|stop|keep|ban|reject|withdraw|scrap"
    r"|save|protect|improve|reduce|increase|lack|fails?|failed|why|not|no|excellent|brilliant|rude|friendly|helpful|slow)\b",
    re.IGNORECASE,
)
"""A word of judgement, demand or reason: who uses one has begun to make a point."""
_DEMANDED: Final = re.compile(rf"\b(?:{_DEMANDS})\b", re.IGNORECASE)
_NO_JUDGEMENT: Final = re.compile(
    r"\b(?:do not|don['’]t|not) hesitate|\bfeel free\b|\bfinden sie\b|\bshould (?:you|there|your|the (?:committee|department|agency|council|team|commission))\b|\bif you (?:need|want|wish)\b|\bquestions? or concerns?\b|\b(?:further|any|additional) concerns?\b"
    r"|\bneed(?:ing)? (?:any |further |more |additional )*(?:information|details?|clarification)|\bproposed\b|\bobjection period\b|\bnot (?:already|only)\b|\bhappy to support\b|\bgood (?:morning|afternoon|evening)\b",
    re.IGNORECASE,
)
"""Turns of courtesy that hold such a word."""

_FUNCTION: Final = frozenset(
    "a an the this that these those my our your their its his her i we you it they he she me us them of to for in on at by from with as and or & re is are was be been am"
    " has have had do does will would can may all some any each other others which who what whose please also here there below above following follows under within about into per via"
    " out up over not how both one two three first second third part full several general specific key main brief short final additional further more overall summary executive"
    " y yr a o i yn ar gan der die das des dem den von vom zu zum zur im in für und mit auf le la les de du des et à au aux pour par sur el los las del y en al con por para un una su sus se que".split()
)
_FORM: Final = frozenset(
    "attach attached attaching attachment attachments enclosed enclosure comment comments commenting commented commentary response responses respond responding responded responder reply replies"
    " submission submit submitted submitting submits letter letters document documents file files pdf behalf opportunity appreciate appreciates appreciated thank thanks thanking welcome pleased grateful input"
    " feedback view views statement representation representations evidence consultation rfi rfp request information inquiry inquiries enquiry notice docket number no id code rin ref reference regarding regards related relating"
    " concerning subject date public formal written electronic electronically question questions section sections page pages paragraph appendix annex annexes table contents introduction conclusion conclusions background"
    " overview context recommendation recommendations suggestion suggestions answer answers provide provides provided providing offer share sharing contribution contributions contribute contact hesitate discuss discussion"
    " look forward sincerely respectfully faithfully yours dear sir madam sirs cc attn attention via title name names address phone tel telephone email e-mail website link links video submission signed signature"
    " write writing wrote record instructed authorised authorized member members representative representatives resident residents councillor councillors chair chairman chairwoman clerk secretary director president officer"
    " ymateb ymatebion llythyr ynghlwm atodiad ran stellungnahme antwort anhang anlage anbei namen réponse reponse contribution courrier joint jointe nom".split()
)
_TRIGGER: Final = frozenset(
    "attached attachment attachments enclosed comment comments commenting response responses responding reply submission submit submitted submitting letter document docket rfi rfp file behalf regarding re cc"
    " question questions section sections introduction conclusion conclusions background overview recommendation recommendations summary appendix annex contents executive contact write writing record answers"
    " ymateb atodiad llythyr stellungnahme anhang anlage anbei réponse annexe".split()
)
_LEAD: Final = frozenset(
    "urge urges recommend recommends suggest suggests propose proposes consider considers encourage encourages ask asks would like should include includes including explore council government committee department agency agencies commission ministers you team authority strongly respectfully believe believes support supports"
    " following actions steps points reasons areas issues priorities example examples could might must".split()
)
"""Words that lead in to a list: with nothing but these before a colon, a piece says nothing yet."""
_TOKEN: Final = re.compile(r"\[[\w -]{2,30}\]|[^\W_]+(?:[’'./&–#-]+[^\W_]+)*")
_SHUT: Final = " \n\r\t\"'”’*_)"
_REFERENCES: Final = re.compile(
    r"(?=.*\d)(?:(?=[^\s,;]*\d)(?=[A-Z\d]*[A-Z])[A-Z\d]+(?:[-–][A-Z\d]+)+[a-z]?|\b(?:[a-z]|and|through|to)\b|[\W_])+"
)
"""Numbers of sections, as in "PC-1, PC-4b"."""
_SENT_AS: Final = re.compile(
    r"(?:(?:therefore|finally|so|today|and|further to this),? )?(?:on behalf of [^,.;:]{3,80},? )?(?:i|we)(?: am| are|[’']m|[’']re)?(?: also)?"
    r" (?:writing|write)(?: to you| today| in| as [^,.;:]{3,60}?)*,? (?:in order )?to (?:you to )?(?:(?:formally|hereby|officially|respectfully) )?(?=\w)"
    r"|on behalf of [^,.;:]{3,80}, (?:i|we) (?=\w)"
    r"|(?:rwy[’']n |rydym yn )?(?:ysgrifennaf|ysgrifennu|ysgrifennwn)(?: atoch)? i (?=\w)|(?:hiermit |ich schreibe(?: ihnen)?,? um )(?=\w)|(?:je|nous) vous (?:écris|écrivons) pour (?=\w)|(?:les? )?escrib(?:o|imos) para (?=\w)",
    re.IGNORECASE,
)
_LEFT: Final = 12
"""Characters that a point must be left with."""
_QUESTION: Final = re.compile(r"^[^\n?]{20,400}\?", re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"^\W*(?:(?:[A-Z]{1,4}-?\d{1,3}|\d{1,2}|[a-zA-Z]|[ivx]{1,4})(?:[.:)]|\(?[a-z]\)?)*\s+)+(?=[A-Z])"
)
_QUOTED: Final = 3
"""A question in so many people's texts is not their own."""
_ASKED: Final = 6
"""Words; a shorter question may come to several people by themselves."""
_GOES_ON: Final = re.compile(r"(?!\b(?:etc|inc|ltd|dept|govt|approx)\b)\b[^\W\d_A-Z]{3,}[.!?][\"”’)]*\s+\w")
"""Another sentence follows."""
_REACHED: Final = re.compile(
    r"\[(?i:address|e-?mail|phone|postcode)[^\]]*\]|\b[A-Z]{2}\.? {1,2}\d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
"""What stands for an address, a number or an e-mail; a code of the post."""
_LINKED: Final = re.compile(r"<\S*>|https?://\S+|www\.\S+")
_PLACE: Final = re.compile(r"\[[^\]]*\]")
_SHOUTED: Final = 8
_ADDRESS: Final = 200
"""Characters."""
_CONTACT: Final = frozenset(
    "email e-mail mail phone tel telephone fax mobile cell office work home address website web apt suite ext".split()
)
_SENT: Final = frozenset("response responses submission comment comments reply feedback letter".split())
_ON: Final = frozenset("to on regarding for re in".split())
_CALL: Final = re.compile(
    r"\b(?:RFI|RFP|Docket|Notice|Consultation|Inquiry|Call for Evidence|Request for Information)\b", re.IGNORECASE
)
"""What people are asked by."""
_LONGEST_COVER: Final = 2_000
"""Characters; a longer text says something."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_LINK: Final = re.compile(r"(?:(?:https?://|www\.)\S+|\S+@\S+|\W)+")
_CODE: Final = re.compile(r".*\d.*|[ivxlc]+|[a-z]", re.IGNORECASE)


def is_covering(piece: str) -> bool:
    """Whether a piece of a text, a sentence or a line, is covering words and nothing else."""
    if len(piece) > _LONGEST:
        return False
    low = piece.lower()
    if not any(stem in low for stem in _STEMS):
        return _is_contact(piece.strip()) or bool(_REFERENCES.fullmatch(piece.strip(_END))) or _leads_in(piece)
    bare = " ".join(piece.split()).strip(_END)
    if _LINK.fullmatch(bare):
        return True
    if _COURTESY.fullmatch(bare) or _greets(bare) or _is_contact(bare):
        return True
    if low.rstrip(_SHUT).endswith("?"):
        return False
    if _GOES_ON.search(bare):
        return False
    judged = _NO_JUDGEMENT.sub(" ", bare)
    if any(frame.fullmatch(bare) for frame in (_THANKS, _ATTACHED)):
        return not _DEMANDED.search(judged)
    if any(frame.fullmatch(bare) for frame in (_OPENING, _CLOSING)) or _only_form(bare):
        return not _JUDGES.search(judged)
    return _leads_in(piece)


def is_attached(piece: str) -> bool:
    """Whether covering words say that something is attached."""
    return bool(
        re.search(
            r"attach|enclos|ynghlwm|amgae|atodi|anbei|anhang|anlage|beigefügt|joint|annexe|adjunt|anex[oa]",
            piece,
            re.IGNORECASE,
        )
    )


def as_compared(text: str) -> str:
    """A point as it is put beside others: without what stands for personal data, and without "I am writing to" and "On
    behalf of our members we" in front, which say how it was sent and not what is said.

    Args:
        text: A point, in the form of `text_key` or as written.
    """  # noqa: D205
    bare = without_placeholders(text)
    found = _SENT_AS.match(bare)
    return bare[found.end() :] if found is not None and len(bare) - found.end() >= _LEFT else bare


def greeting_end(text: str) -> int:
    """Where a sentence goes on after a greeting in front, as in "Dear Sir or Madam, I object": 0 where there is none."""
    if not _GREETS.match(text):
        return 0
    ends = [found.end() for found in _AFTER.finditer(text, 0, 100) if _greets(text[: found.start()].strip())]
    return ends[-1] if ends and ends[-1] < len(text) else 0


def greets(piece: str) -> bool:
    """Whether a piece is a greeting and no more."""
    return _greets(" ".join(piece.split()).strip(_END))


def ends_letter(piece: str) -> bool:
    """Whether a piece is the last words before a signature."""
    return bool(_SIGNED.fullmatch(piece.strip(_END)))


def is_signature(line: str) -> bool:
    """Whether a line after the last words may be part of a signature: names, offices and addresses."""
    told = _TOKEN.findall(line)
    return (
        len(told) <= 12
        and not _JUDGES.search(line)
        and all(
            word[:1].isupper() or word[:1] == "[" or _CODE.fullmatch(word) or word.lower() in _FUNCTION for word in told
        )
    )


def covers_all(text: str) -> str | None:
    """What a whole text is that is nothing but covering words: "attached" where it says that something is, "covering"
    where it tells who writes or in answer to what; None for any other, and where it is only polite.
    """  # noqa: D205
    if len(text) > _LONGEST_COVER:
        return None
    told: list[str] = []
    headed = signed = False
    for line in filter(None, map(str.strip, text.splitlines())):
        pieces = [line] if is_covering(line) else _covering_pieces(line)
        if pieces is None and not (is_signature(line) and (signed or not told)):
            return None
        # What stands above is the head of a letter only where a greeting follows: "More Buses" says something.
        if headed and pieces and not told and not (greets(pieces[0]) or greeting_end(pieces[0])):
            return None
        headed = headed or pieces is None
        told += pieces or []
        signed = signed or any(map(ends_letter, pieces or []))
    if any(map(is_attached, told)):
        return "attached"
    polite = (_COURTESY.fullmatch, _greets, _LINK.fullmatch, _CLOSING.fullmatch)
    bare = [" ".join(piece.split()).strip(_END) for piece in told]
    return "covering" if any(not any(each(piece) for each in polite) for piece in bare) else None


def quoted_questions(texts: Iterable[str]) -> frozenset[str]:
    """Questions that several people repeat at the beginning of a line, to answer them: the paper's, and no point of theirs.

    Args:
        texts: Answers that are no copies of one another.

    Returns:
        In the form that `bare_question` gives.
    """
    found = Counter(
        asked
        for text in set(texts)
        if "?" in text and "\n" in text.strip()
        for asked in {bare_question(line) for line in _QUESTION.findall(text)}
    )
    return frozenset(asked for asked, n in found.items() if n >= _QUOTED and len(asked.split()) >= _ASKED)


def bare_question(text: str) -> str:
    """A question without number, case and punctuation."""
    return fold(_NUMBERED.sub("", text, count=1))


def _covering_pieces(line: str) -> list[str] | None:
    """A line as covering pieces, each of one sentence or of several that an abbreviation's stop parted; None if any is
    not.
    """  # noqa: D205
    parts = _SENTENCE.split(line)
    reached: dict[int, list[str]] = {0: []}
    for end in range(1, len(parts) + 1):
        for start in range(max(0, end - 5), end):
            piece = " ".join(parts[start:end])
            if start in reached and is_covering(piece):
                reached[end] = [*reached[start], piece]
                break
    return reached.get(len(parts))


def _greets(bare: str) -> bool:
    """A greeting with nothing but names and titles: "Hello, leave the bus alone" goes on to say something."""
    found = _GREETING.fullmatch(bare)
    if found is None:
        return False
    told = _TOKEN.findall(found["who"])
    names = not bare.isupper()
    return all(word.lower() in _GREETED or word[:1] == "[" or (names and word[:1].isupper()) for word in told)


def _is_contact(bare: str) -> bool:
    """Who can be reached where, and nothing else: names, an address, what stands for a number or an e-mail."""
    if not _REACHED.search(bare) or len(bare) > _ADDRESS or _JUDGES.search(bare):
        return False
    told = _TOKEN.findall(_LINKED.sub(" ", bare))
    # Of words that are all in capitals none is known to be a name.
    return not (len(told) > _SHOUTED and _PLACE.sub("", bare).isupper()) and all(
        word[:1].isupper() or word[:1] == "[" or _CODE.fullmatch(word) or word.lower() in _FUNCTION | _FORM | _CONTACT
        for word in told
    )


def _only_form(bare: str) -> bool:
    """Form words, references and names alone, as in "Response of the Rhyd Community Council to RFI 12-34"."""
    told = _TOKEN.findall(bare)
    lower = [word.lower() for word in told]
    if not (set(lower) & _TRIGGER or "request for information" in bare.lower() or all(map(_is_reference, told))):
        return False
    if len(told) < 2 or (len(told) > 2 and bare.isupper()):
        return False
    known = [low in _FORM or low in _FUNCTION or bool(_CODE.fullmatch(low)) for low in lower]
    if not known[0] and not _is_name(told):
        return False
    return all(ok or word[:1].isupper() or word[:1] == "[" for ok, word in zip(known[1:], told[1:], strict=True))


def _is_reference(word: str) -> bool:
    return len(word) > 4 and sum(c.isdigit() for c in word) > 1 and word.isupper()


def _is_name(told: list[str]) -> bool:
    """Whether the first word begins a name, and not a sentence: more capitals follow, or a genitive."""
    first = told[0]
    return first[:1].isupper() and (
        first.isupper()
        or first.endswith(("’s", "'s"))
        or (len(told) > 1 and told[1][:1].isupper() and told[1].lower() not in _FORM)
    )


def _leads_in(piece: str) -> bool:
    if not piece.rstrip(" \n\r\t*_").endswith((":", " to", " that")):
        return False
    told = _TOKEN.findall(piece)
    lower = [word.lower() for word in told]
    return (
        len(told) <= 14
        and bool(set(lower) & (_LEAD | _TRIGGER))
        and all(
            low in _LEAD or low in _FORM or low in _FUNCTION or (place > 0 and word[:1].isupper())
            for place, (low, word) in enumerate(zip(lower, told, strict=True))
        )
    )

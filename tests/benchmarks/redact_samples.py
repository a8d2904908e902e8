"""Labelled sentences with invented personal data, and clean ones with look-alikes; a fixed seed makes them the same.

Nobody here exists: numbers are of ranges kept free for fiction or are made with their check digits, names are drawn
apart. The shapes are written as people write: short, misspelt, shouted, over several lines, or with a form's labels.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from consult.redact.checks import is_card, is_iban, is_nhs_number


@dataclass(frozen=True)
class Labelled:
    """A sentence and the items in it: start, end, kind."""

    text: str
    items: tuple[tuple[int, int, str], ...]


Make = Callable[[random.Random], str]

_FIRST = "Jane Gareth Siân Mohammed Priya Huw Catrin David Olivia Rhys Margaret Ffion Tom Susan Ieuan Aled Zofia Kwame".split()
_LAST = "Okafor Prosser Llewelyn-Hughes O'Dowd Whitcombe Adeyemi Pritchard Kowalczyk McBride Fothergill Rahman Beynon".split()
_HOST = "example.org example.com example.co.uk mail.example.net gmail.com hotmail.co.uk btinternet.com".split()
_STREET = ("Acacia Avenue|Station Road|Church Lane|High Street|St Mary's Close|Heathfield Crescent|Mill Lane|Queen Elizabeth Drive"
           "|Bryn Terrace|The Grove|Orchard Gardens|Castle View|Beech Park|Albert Square|Old Mill Court|Priory Way").split("|")  # fmt: skip
_WELSH_STREET = "Heol y Bont|Ffordd Deganwy|Stryd Fawr|Maes yr Haf|Clos Dewi|Lôn Las".split("|")
_TOWN = "Cardiff Aberystwyth Leeds Wrexham Stockport Caernarfon".split()
_AREA = "CF10 SW1A M1 LL57 SY23 B33 EC1A NP20 G2 BT7 LS6 SA1 W1T CR2".split()


def _digits(draw: random.Random, n: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(n))


def _email(draw: random.Random) -> str:
    first, last = draw.choice(_FIRST).lower().replace("â", "a"), draw.choice(_LAST).lower().replace("'", "")
    local = draw.choice(
        [
            f"{first}.{last}",
            f"{first}{last[:1]}{_digits(draw, 2)}",
            f"{first}_{last}",
            f"{last}+news",
            f"{first[0]}.{last}",
        ]
    )
    host = draw.choice(_HOST)
    return draw.choice(
        [f"{local}@{host}"] * 6
        + [f"{local}@{host}".upper(), f"{local} @ {host}", f"{local}@ {host}", f"{local} (at) {host}", f"{local}[at]{host.replace('.', ' [dot] ')}",
           f"{first}.{last.split('-')[0]} at gmail dot com", f"{first} dot {last.split('-')[0]} at hotmail dot co dot uk", f"{local}@\n{host}", f"{local}@gmail"]
    )  # fmt: skip


def _phone(draw: random.Random) -> str:
    mobile = "07700900" + _digits(draw, 3)
    cardiff, leeds, london = "2920180" + _digits(draw, 3), "1134960" + _digits(draw, 3), "2079460" + _digits(draw, 3)
    return draw.choice(
        [mobile, f"{mobile[:5]} {mobile[5:]}", f"{mobile[:5]} {mobile[5:8]} {mobile[8:]}", f"{mobile[:4]} {mobile[4:7]} {mobile[7:]}",
         f"{mobile[:5]}-{mobile[5:]}", f"{mobile[:5]}.{mobile[5:8]}.{mobile[8:]}", f"+44 {mobile[1:5]} {mobile[5:]}", f"+44{mobile[1:]}",
         f"0044 {mobile[1:5]} {mobile[5:]}", f"+44 (0){mobile[1:5]} {mobile[5:]}", f"({mobile[:5]}) {mobile[5:]}",
         f"0{cardiff[:2]} {cardiff[2:6]} {cardiff[6:]}", f"(0{cardiff[:2]}) {cardiff[2:6]} {cardiff[6:]}", f"0{cardiff[:2]}-{cardiff[2:6]}-{cardiff[6:]}",
         f"0{leeds[:3]} {leeds[3:6]} {leeds[6:]}", f"0{leeds}", f"+44 {leeds[:3]} {leeds[3:]}", f"0{london[:2]} {london[2:6]}\u00a0{london[6:]}",
         f"0{london[:2]} {london[2:6]} - {london[6:]}", f"{mobile[:2]} {mobile[2:4]} {mobile[4:6]} {mobile[6:8]} {mobile[8:]}",
         "06 12 34 " + _digits(draw, 2) + " " + _digits(draw, 2), f"+33 6 39 98 {_digits(draw, 2)} {_digits(draw, 2)}", f"+1 202-555-01{_digits(draw, 2)}", f"(202) 555-01{_digits(draw, 2)}",
         f"O7700 9OO{_digits(draw, 3)}"]
    )  # fmt: skip


def _postcode(draw: random.Random) -> str:
    area = draw.choice(_AREA)
    inward = _digits(draw, 1) + "".join(draw.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    if inward[1:] in ("ST", "ND", "RD", "TH"):
        inward = inward[0] + "AA"
    whole = f"{area} {inward}"
    return draw.choice([whole] * 4 + [whole.lower(), whole.replace(" ", ""), whole.replace(" ", "").lower(), whole.replace(" ", "  "),
                                      whole.replace(" ", "-"), whole.capitalize().replace(" ", ""), "CF1O " + inward])  # fmt: skip


def _ni(draw: random.Random) -> str:
    prefix = draw.choice("AB CE JG PX SK TW YB WM".split())
    number, suffix = _digits(draw, 6), draw.choice("ABCD")
    pairs = f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {suffix}"
    return draw.choice(
        [
            pairs,
            pairs.replace(" ", ""),
            pairs.replace(" ", "-"),
            pairs.replace(" ", "").lower(),
            f"{prefix}{number} {suffix}",
            f"{prefix} {number}{suffix}",
            pairs.replace(" ", "."),
        ]
    )


def _nhs(draw: random.Random) -> str:
    number = _digits(draw, 10)
    while not is_nhs_number(number) or number[0] in "0":
        number = _digits(draw, 10)
    return draw.choice(
        [
            number,
            f"{number[:3]} {number[3:6]} {number[6:]}",
            f"{number[:3]}-{number[3:6]}-{number[6:]}",
            f"{number[:3]} {number[3:6]}\u00a0{number[6:]}",
        ]
    )


def _passport(draw: random.Random) -> str:
    number = _digits(draw, 9)
    return draw.choice(
        [
            number,
            f"{number[:3]} {number[3:6]} {number[6:]}",
            draw.choice("ABCLP") + number[:8],
            draw.choice("ABCLP") + number[:8],
        ]
    )


def _licence(draw: random.Random) -> str:
    surname = (draw.choice(_LAST).upper().replace("'", "").replace("-", "") + "99999")[:5]
    born = f"{draw.randrange(10)}{draw.choice(['01', '07', '12', '53', '61'])}{draw.randrange(1, 29):02d}{draw.randrange(10)}"
    whole = f"{surname}{born}{draw.choice('ABGM')}{draw.choice('9EJ')}{draw.choice('239')}{draw.choice('AEV')}{draw.choice('BCR')}"
    return draw.choice(
        [whole, whole, f"{whole[:5]} {whole[5:11]} {whole[11:]}", whole.lower(), whole + " 2" + _digits(draw, 1)]
    )


def _vehicle(draw: random.Random) -> str:
    letters = "".join(draw.choice("ABCDEFGHJKLMNPRSTUVWXY") for _ in range(5))
    letters = letters[:2] + "VXK"[draw.randrange(3)] + letters[3:]
    now = f"{letters[:2]}{draw.choice(['07', '12', '19', '23', '54', '68', '71'])} {letters[2:]}"
    return draw.choice([now, now, now.replace(" ", ""), now.replace(" ", "").lower()])


def _card(draw: random.Random) -> str:
    number = draw.choice("45") + _digits(draw, 15)
    while not is_card(number):
        number = draw.choice("45") + _digits(draw, 15)
    fours = [number[at : at + 4] for at in range(0, 16, 4)]
    return draw.choice([number, " ".join(fours), "-".join(fours), "  ".join(fours), ".".join(fours)])


def _iban(draw: random.Random) -> str:
    body = draw.choice(["NWBK", "BARC", "LOYD"]) + _digits(draw, 14)
    whole = next(f"GB{check:02d}{body}" for check in range(2, 99) if is_iban(f"GB{check:02d}{body}"))
    if draw.random() < 0.3:
        body = _digits(draw, 18)
        whole = next(f"DE{check:02d}{body}" for check in range(2, 99) if is_iban(f"DE{check:02d}{body}"))
    return draw.choice([whole, " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)), whole.lower()])


def _sort_code(draw: random.Random) -> str:
    a, b, c = (_digits(draw, 2) for _ in range(3))
    return draw.choice([f"{a}-{b}-{c}", f"{a} {b} {c}", a + b + c, f"{a}–{b}–{c}"])


def _account(draw: random.Random) -> str:
    number = _digits(draw, 8)
    return draw.choice([number, number, f"{number[:4]} {number[4:]}"])


def _birth(draw: random.Random) -> str:
    day, month, year = draw.randrange(1, 29), draw.randrange(1, 13), draw.randrange(1931, 2012)
    name = "January February March April May June July August September October November December".split()[month - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day if day < 20 else day % 10, "th")
    return draw.choice(
        [f"{day}/{month}/{year}", f"{day:02d}/{month:02d}/{year % 100:02d}", f"{day:02d}.{month:02d}.{year}", f"{day}-{month}-{year}", f"{year}-{month:02d}-{day:02d}",
         f"{day} {name} {year}", f"{day}{ending} {name} {year}", f"{day}{ending} of {name}, {year}", f"{name} {day}, {year}", f"{day} {name[:3]} {year % 100:02d}",
         f"{day} / {month} / {year}", f"{day:02d} {month:02d} {year}", f"{day} {name.lower()} {year}", f"{day:02d}{month:02d}{year}"]
    )  # fmt: skip


def _ip(draw: random.Random) -> str:
    return draw.choice([f"192.0.2.{draw.randrange(1, 255)}", f"198.51.100.{draw.randrange(1, 255)}", f"203.0.113.{draw.randrange(1, 255)}", f"2001:db8::{_digits(draw, 3)}:{_digits(draw, 2)}",
                        f"2001:0db8:0000:0042:0000:8a2e:0370:{_digits(draw, 4)}", f"10.0.{draw.randrange(40, 255)}.7"])  # fmt: skip


def _url(draw: random.Random) -> str:
    user = (
        draw.choice(_FIRST).lower().replace("â", "a")
        + "."
        + draw.choice(_LAST).lower().replace("'", "")
        + _digits(draw, 2)
    )
    return draw.choice(
        [f"https://www.facebook.com/{user}", f"facebook.com/{user}", f"https://twitter.com/{user.replace('.', '_')}", f"https://www.linkedin.com/in/{user.replace('.', '-')}",
         f"https://{user}:hunter2@portal.example.org/home", f"https://portal.example.org/reset?email={user}%40example.org&step=2", f"https://portal.example.org/users/{user}",
         f"http://www.example.org/~{user}/", f"https://portal.example.org/view?id=4&token={_digits(draw, 9)}", f"instagram.com/{user}", f"https://www.youtube.com/@{user}"]
    )  # fmt: skip


def _address(draw: random.Random) -> str:
    n, street = draw.randrange(1, 190), draw.choice(_STREET)
    return draw.choice(
        [f"{n} {street}", f"{n} {street}", f"{n}{draw.choice('abAB')} {street}", f"{n}, {street}", f"Flat {draw.randrange(1, 9)}, {n} {street}", f"No. {n} {street}", f"{n}-{n + 2} {street}",
         f"{n} {draw.choice(_WELSH_STREET)}", f"{n} {street}".replace("Road", "Rd").replace("Street", "St").replace("Avenue", "Ave").replace("Close", "Cl").replace("Lane", "Ln"), f"Apartment {n} 14 {street}",
         f"{n}\n{street}"]
    )  # fmt: skip


def _lower_address(draw: random.Random) -> str:
    return f"{draw.randrange(1, 190)} {draw.choice(['acacia avenue', 'station road', 'mill lane', 'church street', 'heathfield crescent', 'park close'])}"


def _surname(draw: random.Random) -> str:
    return draw.choice(
        [
            draw.choice(_LAST),
            draw.choice(_LAST),
            f"{draw.choice('ABJ')}. {draw.choice(_LAST)}",
            f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
        ]
    )


def _full_name(draw: random.Random) -> str:
    return draw.choice(
        [
            f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
            f"{draw.choice(_FIRST)} {draw.choice('ABJ')}. {draw.choice(_LAST)}",
            f"{draw.choice(_FIRST)} ap {draw.choice(_LAST)}",
        ]
    )


def _lower_name(draw: random.Random) -> str:
    return f"{draw.choice(_FIRST)} {draw.choice(_LAST)}".lower()


MAKERS: Final[dict[str, tuple[str, Make]]] = {
    "email": ("email", _email), "phone": ("phone", _phone), "postcode": ("postcode", _postcode), "ni": ("ni_number", _ni),
    "nhs": ("nhs_number", _nhs), "passport": ("passport", _passport), "licence": ("driving_licence", _licence), "vehicle": ("vehicle", _vehicle),
    "card": ("card", _card), "iban": ("iban", _iban), "sort": ("bank", _sort_code), "account": ("bank", _account), "birth": ("birth", _birth),
    "ip": ("ip", _ip), "url": ("url", _url), "address": ("address", _address), "lower_address": ("address", _lower_address),
    "surname": ("name", _surname), "name": ("name", _full_name), "lower_name": ("name", _lower_name),
}  # fmt: skip
"""What a shape calls it -> its kind, and what makes one."""

SHAPES: Final = tuple(
    shape.replace("⏎", "\n")
    for shape in """\
Please e-mail me at {email} with the outcome.
email: {email}
My address is {email}. Please add me to the list.
contact {email} or {phone}
{email}
I wrote to {email} three times and had no reply
(reply to {email})
<{email}> sent this from a phone
Could you send the maps to {email}, thanks
you can get hold of me on {email}!
E-MAIL {email} - NO REPLY SINCE MAY
We ask for a paper copy, our e-mail {email} does not take large files
cc {email}; {email}
happy to talk further. {email}
my husband's is {email} if mine bounces
Ring me on {phone}.
tel: {phone}
Tel. {phone} (evenings only)
Phone {phone} and ask for the manager
mobile {phone}
Call or text {phone} any time
my number is {phone} if you want to discuss the crossing
Please phone me back, {phone}, before the meeting
I tried {phone} and nobody picked up
Contact: {phone} / {email}
whatsapp me {phone}
{phone} is my landline
home {phone} mob {phone}
no bus after six.⏎{phone}
ffôn: {phone}
You can reach us by telephone on {phone}, Monday to Friday.
I live in {postcode} and the bus never comes.
Postcode: {postcode}
postcode {postcode}
we are at {postcode}, next to the school
{postcode}
Speeding along the road outside ({postcode}) is terrible.
From {postcode} it takes an hour to get to the hospital
Residents of {postcode} were not consulted
my mum at {postcode} has no shop
12 houses in {postcode} flooded last winter
The verge at {postcode} is overgrown!!!
Sent from {postcode}.
Why is {postcode} left out of the map?
{postcode} - nothing for young people here
our nursery is in {postcode}; parking is impossible
NI number {ni}
my NI no is {ni}
National Insurance number: {ni}
I gave them my national insurance number, {ni}, twice
NINO {ni} please update my record
{ni} is my NI number and I have paid in all my life
they lost my claim ({ni})
Why does the form ask for {ni}?
yswiriant gwladol {ni}
Benefit stopped. NI {ni}.
I am {ni} on your system
My NHS number is {nhs}.
NHS no: {nhs}
NHS No. {nhs}, waiting since March
patient number {nhs} still not seen
I was referred ({nhs}) and heard nothing
{nhs} is the number on my card
my daughter, NHS number {nhs}, was discharged too early
number {nhs} was called and then forgotten
nhs {nhs}
The letter had {nhs} at the top and someone else's name
Rhif GIG {nhs}
passport number {passport}
my passport no. is {passport}
Passport: {passport}
I had to send my passport ({passport}) away for six weeks
they copied my passport number {passport} at the desk
UK passport {passport}, issued in Newport
passport no {passport} expired
holder of passport {passport}
pasbort {passport}
They asked for ID so I gave passport number {passport} by phone
My driving licence is {licence}
driving licence number {licence}
licence no: {licence}
DVLA lost my licence {licence}.
licence {licence} was taken away after the eye test
I hold {licence} and drive a minibus for the school
They asked for my licence, {licence}, at the desk
{licence} is on the card
Driver number {licence}
trwydded yrru {licence}
my car {vehicle} was clamped
The van, reg {vehicle}, parks on the zebra every day
registration {vehicle}
{vehicle} is always on the pavement
Vehicle {vehicle} was seen fly tipping
a silver estate {vehicle} drove at the children
number plate {vehicle} took the last blue badge space
my car reg is {vehicle}
I got a fine for {vehicle} although I sold it
please check {vehicle} on your cameras
Car: {vehicle}
Blue badge holder, {vehicle}, fined twice
my card {card} was charged twice for parking
card number {card}
I paid with {card} and never got a receipt
Visa {card}
refund to {card} please
card no. {card} exp 04/27
the machine kept {card}
They read out my card, {card}, in front of everyone
debit card {card}
payment: {card}.
charged £40 to {card} without asking
IBAN {iban}
refund me at {iban}
please pay into {iban}
My account is {iban}, please use it
{iban}
IBAN: {iban}, BIC on request
I gave {iban} on the form last year
the grant should go to {iban} not the old one
bank details {iban}
why was {iban} refused?
sort code {sort} account {account}
Sort code: {sort}⏎Account number: {account}
sort code {sort}
My account number is {account}
account no. {account}, sort code {sort}
please refund to s/c {sort} a/c {account}
acc {account}
The direct debit came from account {account} in error
sort code is {sort} and the account number is {account}
bank account number: {account}
they have my sort code {sort} wrong
DOB {birth}
D.O.B. {birth}
dob: {birth}
date of birth {birth}
Date of birth: {birth}
I was born on {birth} and have lived here ever since
born {birth}
my son (born {birth}) has no school place
My mother, born on {birth}, cannot use the app
My birthday is {birth}
date of birth is {birth}
dyddiad geni {birth}
my d.o.b is {birth} if you need it
her date of birth was recorded as {birth} which is wrong
my IP is {ip}
IP address {ip}
Posted from {ip}
blocked because of {ip}
your site logged {ip} and refused the form
IP: {ip}
the survey said {ip} had already answered
comment sent via {ip}, please ignore the other one
server {ip} timed out four times
IP address: {ip}.
see my page {url}
my profile: {url}
{url}
photos are at {url} if you want proof
more at {url}.
I posted about it ({url})
link {url} was sent to me by your team
follow {url} for updates on the campaign
the reset link was {url} and it never worked
evidence here {url}, it has the dates
I live at {address}.
I live at {address}, {town}
My address is {address}, {town} {postcode}
{address}, {town}, {postcode}
address: {address}
We own {address} and object to the plan
my mother at {address} has had no heating for weeks
Objection from {address}
The lamp post outside {address} has been out since May
I have lived at {address} for thirty years
rubbish is dumped behind {address} every week
please collect from {address}⏎{town}
living at {address} we hear every lorry
Home: {address}
resident of {address}
our shop, {address}, lost half its trade
I'm at {address} and I have never been asked
i live at {lower_address} and there is no bus
my gran lives at {lower_address}
my house is {lower_address}, you can see the mess
we moved to {lower_address} in may
address {lower_address}
i am at {lower_address} if you want to look
Can someone visit {address}? The pavement has sunk.
{phone} {email} {postcode}
Please reply to {email} or write to {address}, {town}, {postcode}. Tel {phone}.
Name: {name}⏎Address: {address}⏎{town}⏎{postcode}⏎Tel: {phone}⏎Email: {email}
NI {ni}, DOB {birth}, NHS {nhs}
DOB {birth} NI {ni}
{birth} is not my date of birth: mine, born {birth}, is on the form
no wifi so ring {phone} or come round to {address}
car {vehicle}, permit zone, {postcode}
I paid on card {card}, sort code {sort}, account {account}.
THE BUS STOP AT {postcode} HAS GONE. RING ME {phone}
Hello. I sent this to {email} on Monday.  I also rang {phone} on Tuesday. No one has replied
1. Parking at {postcode}⏎2. Noise⏎3. Reply to {email}
- call me: {phone}⏎- write: {address}
passport {passport} and licence {licence} both refused as proof
Why do you need my NI ({ni})? and my date of birth ({birth})?
my old address was {address} but now I live at {address}
I can be reached at: {email} ... or {phone}...
Contact details⏎{email}⏎{phone}
the nurse wrote {nhs} on the wrong file & {birth} as my date of birth
Diolch. {email}
Cysylltwch â mi ar {email} neu {phone}
Rwy'n byw yn {address}, {town}
Nid oes bws yn {postcode} ar ôl chwech
écrivez-moi à {email}
Meine Adresse ist {email}
Mi correo es {email}
Mr {surname} at the surgery was rude.
Mrs {surname} runs the club and needs help with rent
Dr {surname} listened to me.
dr. appointment with Dr. {surname} was cancelled
I spoke to Ms {surname} about the ramp
Miss {surname} in year 3 has left
Prof {surname} said the model was wrong
The Revd {surname} opened the hall to us
Mr and Mrs {surname} next door agree
Mr & Mrs {surname}, who are in their eighties, cannot walk that far
thanks to Nurse {surname} on the ward
My name is {name}.
My name is {name} and I am a carer
my name is {lower_name} and i live nearby
Hi, my name's {name}, I use the bus daily
Name: {name}
Fy enw i yw {name}.
Je m'appelle {name}.
Mein Name ist {name}.
No more houses.⏎⏎Yours sincerely,⏎{name}
Please think again.⏎Yours faithfully⏎⏎{name}
Please keep the library. Kind regards, {name}
Best wishes⏎{name}
regards {lower_name}
Diolch yn fawr⏎⏎Cofion gorau,⏎{name}
Signed {name}
Many thanks,⏎{name}⏎Chair of the hall committee
The road is not safe.⏎{name}
""".splitlines()
    if shape
)
"""Sentences as people write them, with what is to be found in braces."""

_BUS = "the 42 bus"
CLEAN_SHAPES: Final = tuple(
    shape.replace("⏎", "\n")
    for shape in """\
Planning reference {d2}/{d5}/FUL should be refused.
Ref: {d10}
My case reference {d9} has not been answered
application number {d2}/{d4}/OUT
Your ref CR{d6}, our ref HX-{d4}-{d3}
Complaint no. {d8} was closed without a reply
The meeting on {day}/{month}/{year} was cancelled
The survey opened {day} {monthname} {year} and closed too soon
It has been like this since {monthname} {year}.
between {day}/{month}/{year} and {day}/{month}/{year}
Received {year}-{mm}-{dd} at {hh}:{mi}
{day}.{month}.{year} was the date of the flood
It costs £{d1},{d3},{d3} a year
£{d6} for a roundabout is a scandal
You spent £{d1}.{d1}m and then another £{d2},{d3}.{d2}
{d2},{d3} people live here, not {d1},{d3}
the turnout was {d2}.{d1}% of {d3},{d3}
population {d6} in {year}
The A{d3} is dangerous, and so is the B{d4}
THE A{d3} AND THE B{d4} ARE BOTH FULL OF HOLES
junction {d2} of the M4 to the A48(M)
on the M{d1} {d1}th exit there is a queue
the 20 mph limit on Station Road is not kept
High Street needs a crossing
Church Lane and Mill Lane flood every year
In {year} Church Street was closed for months
since {year} Station Road has been a rat run
a {d2} metre wide road is too narrow
the 3 lane road by the school
Phase 2 Bridge Street works are late
Question {d1}{d1} is unclear
see section {d1}.{d1}.{d1}.{d1} of the report
Version {d1}.{d1}.{d2}.{d1} of the app does not open
paragraph {d2}.{d1} on page {d3} is wrong
ISBN 978{d10} says otherwise
Table {d1} shows {d3} {d3} {d4}
bus {d2} at {hh}:{mi}, then the {d3} at {hh}:{mi}
trains at {hh}{mi} and {hh}{mi} are full
I waited {d2} minutes, then {d1} hours {d2} minutes
the 42 bus at 8.{mi} and 9.{mi} is late
open 9-5 Mon-Fri, 10-4 Sat
my pension is £{d3}.{d2} a week and the rent £{d3}.{d2}
{d1}/10 for the idea, {d1}/10 for the plan
score {d1}-{d1}-{d1}
Call 111 or 999 in an emergency
the helpline 0300 123 {d4} never answers
0800 {d3} {d4} is free from mobiles
see https://www.gov.uk/government/consultations/buses
www.example.org/consultation/{year}/phase-{d1}
https://www.example.org/documents?id={d5}&page={d1}
look at bbc.co.uk for the story
we met @ {hh}.{mi} at the hall
5 apples @ £{d1}.{d2} each
dimensions {d3} x {d3} x {d2} mm
temperature was {d2}.{d1} C
CO2 at {d3} ppm and PM2.5 at {d2}
grid reference SH {d3} {d3}
latitude 52.{d4} and longitude -3.{d4}
invoice {d8} for {d3}.{d2}
order number {d3}-{d7}-{d7} is lost
tracking number {d10}
policy T{d1} and policy H{d2}
10 Downing Street is far away from here
Mr Speaker would not allow it
Dr Beeching closed our line in 1964
Sir Keir Starmer should visit
the Prime Minister promised this
Councillor Hughes is our councillor
Mrs and Mr are boxes on the form
the dr was late and the nurse kind
Miss the bus and you wait an hour
My name is on the list but I was not told
my name is not important
Thank you NHS
Thanks to the team
Many thanks, the staff were lovely
Best wishes for the project
kind regards to all at the centre
Cardiff and Wrexham need trams
I grew up in Leeds
The Royal Oak pub shut in {year}
St Mary's Church and St John's school are full
children aged {d1} to 1{d1} need a park
the class of {year} had {d2} pupils
built in {year}, restored in {year}
NHS was born on 5 July 1948
I was born in Wales and love it
born and bred here for {d2} years
Flats of {d1} storeys next to {d2} bungalows
units {d1} to {d2} of the industrial estate
rooms {d3} and {d3} are cold
B4 and after the change nothing works
gr8 idea but 2 l8
4G and 5G are both bad here
A4 paper and A3 maps please
Type 2 diabetes and covid-19
the 2:1 ratio and 50/50 split
{d4} signatures on the petition
petition {d6} has {d2},{d3} names
{year}/{yy} budget and {year}-{yy} accounts
Act {year} s.{d2}({d1})
No10 the shop is empty
IN CF10 THE TRAFFIC IS BAD
plot {d2} of the allotments
the top 10 roads and 3 streets
sort it out, code or no code
my account of the {d2} days
passport office queues
driving licence tests at 70 are right
card machines are broken at {d2} stops
vehicle tax went up {d2}%
my phone has no signal for {d2} minutes a day
tel aviv and {d2} other cities have done it
post code lottery
rhif {d2} ar y rhestr
{d2} munud yn aros am y bws
la loi n° {year}-{d3} du {day} {monthname} {year}
§ {d2} Abs. {d1} BauGB
Landstraße 100 km/h und Tempo 30
""".splitlines()
    if shape
)
"""What looks like personal data and is none."""


def _fill(draw: random.Random, shape: str) -> Labelled:
    pieces: list[str] = []
    items: list[tuple[int, int, str]] = []
    at = 0
    for part in shape.replace("}", "{").split("{"):
        if part in MAKERS:
            kind, make = MAKERS[part]
            part = make(draw)
            items.append((at, at + len(part), kind))
        elif part == "town":
            part = draw.choice(_TOWN)
        pieces.append(part)
        at += len(part)
    return Labelled("".join(pieces), tuple(items))


def labelled_sentences(n_items: int = 2400, seed: int = 20260) -> list[Labelled]:
    """Every shape in turn, until there are so many items."""
    draw = random.Random(seed)
    sentences: list[Labelled] = []
    while sum(len(sentence.items) for sentence in sentences) < n_items:
        sentences += [_fill(draw, shape) for shape in SHAPES]
    return sentences


def clean_sentences(n: int = 2100, seed: int = 20261) -> list[str]:
    """Every clean shape in turn, with other numbers each time."""
    draw = random.Random(seed)
    sentences: list[str] = []
    while len(sentences) < n:
        for shape in CLEAN_SHAPES:
            year = draw.randrange(1965, 2026)
            values = {f"d{k}": lambda k=k: str(draw.randrange(1, 10)) + _digits(draw, k - 1) for k in range(1, 11)}
            values |= {
                "year": lambda year=year: str(year), "yy": lambda year=year: f"{(year + 1) % 100:02d}", "day": lambda: str(draw.randrange(1, 29)),
                "month": lambda: str(draw.randrange(1, 13)), "dd": lambda: f"{draw.randrange(1, 29):02d}", "mm": lambda: f"{draw.randrange(1, 13):02d}",
                "hh": lambda: f"{draw.randrange(6, 23):02d}", "mi": lambda: f"{draw.randrange(60):02d}",
                "monthname": lambda: draw.choice(["January", "March", "May", "July", "October", "December"]),
            }  # fmt: skip
            parts = shape.replace("}", "{").split("{")
            sentences.append("".join(values[part]() if place % 2 else part for place, part in enumerate(parts)))
    return sentences

"""What codes at a door say: good, odd, garbled and foreign ones, all of invented people."""

from datetime import date
from uuid import UUID

from declarations.personal_codes import code_of, displayed
from stations.readers import Card, Kind, Refusal

TODAY = date(2026, 11, 26)
OWN = code_of(UUID("4fa1c0de-0000-4000-8000-000000000001"))
OTHER = code_of(UUID("7fa1c0de-0000-4000-8000-000000000002"))
ADDRESS = "Ấp Vĩnh Hội, Long Đức, Thành phố Trà Vinh, Trà Vinh"
MAN = ("084075001234", "Nguyễn Văn Thử", 1975, "male")
WOMAN = ("084302005678", "Thạch Thị Thử", 2002, "female")
HEX_NAME = "Lê Thị Thử".encode().hex()
HEX_ADDRESS = "12 Lê Lợi, Phường 1".encode().hex()
NEW = f"084075001234|334567890|Nguyễn Văn Thử|02021975|Nam|{ADDRESS}|01052021"


def chip(who=MAN, **more) -> Card:
    said = dict(zip(("number", "full_name", "birth_year", "gender"), who, strict=True))
    return Card(Kind.CHIP, **said | {"address": ADDRESS} | more)


def national(number="084075001234", year: int | None = 1975, **more) -> Card:
    return Card(Kind.NATIONAL, number, "NGUYEN VAN THU", year, **more)


def insurance(number="DN4790123456789", **more) -> Card:
    said = {"full_name": "Lê Thị Thử", "birth_year": 1980, "gender": "female"}
    said |= {"address": "12 Lê Lợi, Phường 1"} | more
    return Card(Kind.INSURANCE, number, **said)


def phone(number: str = "+84912345678") -> Card:
    return Card(Kind.PHONE, phone=number)


def named(name: str, year: int = 1975) -> Card:
    return Card(Kind.NAMED, full_name=name, birth_year=year)


CHIPS = {
    NEW: chip(),
    NEW.replace("334567890", ""): chip(),
    f"084075001234|Nguyễn Văn Thử|02021975|Nam|{ADDRESS}|01052021": chip(),
    f"084302005678||Thạch Thị Thử|15082002|Nữ|{ADDRESS}|20072024|||Sơn Thử|Kim Thị Thử": chip(
        WOMAN
    ),
    f"084302005678||Thạch Thị Thử|15082002|Nữ|{ADDRESS}|20072024||": chip(WOMAN),
    f"084302005678||Thạch Thị Thử|15082002|Nuwx|{ADDRESS}|20072024": chip(WOMAN),
    f"084302005678||Thạch Thị Thử|15082002|N?|{ADDRESS}|20072024": chip(WOMAN),
    f"084302005678||Thạch Thị Thử|15082002||{ADDRESS}|20072024": chip(WOMAN),
    "084075001234||NGUYEN VAN THU|02021975|Nam|AP VINH HOI, LONG DUC, TRA VINH|01052021": chip(
        full_name="NGUYEN VAN THU", address="AP VINH HOI, LONG DUC, TRA VINH"
    ),
    "084075001234||NGUYÊN VĂN THƯ|02021975|Nam|ẤP VĨNH HỘI|01052021": chip(
        full_name="NGUYÊN VĂN THƯ", address="ẤP VĨNH HỘI"
    ),
    "084075001234||Nguye64n Va8n Thu73|02021975|Nam|A61p 5|01052021": chip(
        full_name="Nguye n Va n Thu", address="A61p 5"
    ),
    NEW + "\r\n": chip(),
    "]Q1" + NEW: chip(),
    "\t" + NEW + " ": chip(),
    NEW.replace("|", "¦"): chip(),
    NEW.replace("|", "~"): chip(),
    NEW.replace("|", "｜"): chip(),
    "០៨៤០៧៥០០១២៣៤" + NEW[12:]: chip(),
    "０８４０７５００１２３４" + NEW[12:]: chip(),
    NEW.replace("02021975", "02/02/1975"): chip(),
    NEW.replace("02021975", "1975-02-02"): chip(),
    NEW.replace("02021975", "31021975"): chip(),  # no such day: the number tells the year
    NEW.replace("Nguyễn Văn Thử", ""): chip(full_name=""),
    NEW.replace("084075", "999075"): chip(("999075001234", *MAN[1:])),
    NEW.replace("1975", "1976"): Refusal.CONTRADICTS,
    NEW.replace("|Nam|", "|Nữ|"): Refusal.CONTRADICTS,
    NEW.replace("084075", "084975"): Refusal.CONTRADICTS,
    NEW.replace("084075", "084299").replace("1975", "2099"): Refusal.CONTRADICTS,
    NEW.replace("02021975", ""): chip(),
    NEW.replace("02021975", "0202l975"): chip(),
    "084302005678||Thạch Thị Thử|15082002|Nữ|12 Lê Lợi|20072024|||Sơn Văn Thử|Kim Thị Thử": chip(
        WOMAN, address="12 Lê Lợi"
    ),
    f"084302005678|||15082002|N?|{ADDRESS}|20072024": chip(WOMAN, full_name=""),
    f"084302005678|||15082002||{ADDRESS}|20072024": chip(WOMAN, full_name=""),
    NEW[1:]: Refusal.BROKEN_CARD,
    NEW[:20]: Refusal.BROKEN_CARD,
    NEW + NEW: Refusal.JOINED,
    "084075001234": chip(full_name="", address="", is_typed=True),
    "084 075 001 234": chip(full_name="", address="", is_typed=True),
    "084199001234": chip(("084199001234", "", 1999, "female"), address="", is_typed=True),
}
NATIONALS = {
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|": national(),
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|Nam<DN123<0912345678<": national(
        gender="male", phone="+84912345678"
    ),
    "0840********|NGUYEN VAN THU|1975-**-**|0|12345678901|": national("QID12345678901", None),
    "************|NGUYEN VAN THU|****-**-**|1|12345678901|M": national(
        "QID12345678901", None, gender="male"
    ),
    "B1234567|NGUYEN VAN THU|1975-02-02|0|12345678901": national("B1234567"),
    "|NGUYEN VAN THU||0|12345678901|<<84912345678": national(
        "QID12345678901", None, phone="+84912345678"
    ),
}
INSURANCES = {
    f"DN4790123456789|{HEX_NAME}|02/02/1980|2|{HEX_ADDRESS}|79 - 034|01/01/2021|-|": insurance(),
    f"0123456789|{HEX_NAME}|1980|2|{HEX_ADDRESS}|-": insurance("0123456789"),
    f"dn4790123456789|{HEX_NAME.upper()}|02/02/1980|2|{HEX_ADDRESS}": insurance(),
    f"DN4790123456789|{HEX_NAME}|02/02/1980||zz": insurance(address="", gender=""),
    "DN4790123456789|4cc3|1980|2|zz": insurance(full_name="", address=""),
    "DN4790123456789|zz||2|zz": Refusal.BROKEN_CARD,
    f"DN4790123456789|{HEX_NAME}|1980|2||DN4790123456780|{HEX_NAME}|1981|2|": Refusal.JOINED,
    f"DN479|{HEX_NAME}|02/02/1980|2|": Refusal.BROKEN_CARD,
}
OWNS = {
    OWN: Card(Kind.OWN, code=OWN),
    displayed(OWN): Card(Kind.OWN, code=OWN),
    f" {OWN[:10]}-{OWN[10:]}\n": Card(Kind.OWN, code=OWN),
    OWN[:-1] + str((int(OWN[-1]) + 1) % 10): Refusal.WRONG_DIGIT,
    OWN[1] + OWN[0] + OWN[2:]: Refusal.WRONG_DIGIT,
    OWN + OTHER: Refusal.JOINED,
}
TYPED = {
    "0912345678": phone(),
    "0912 345 678": phone(),
    "+84 912.345.678": phone(),
    "84912345678": phone(),
    "០៩១២៣៤៥៦៧៨": phone(),
    "+855 12 345 678": phone("+85512345678"),
    "334567890": Refusal.WRONG_PHONE,  # an old ID number
    "-" * 2000: Refusal.UNKNOWN,
    "a" + "," * 1999: Refusal.UNKNOWN,
    "091234567": Refusal.WRONG_PHONE,
    "0112345678": Refusal.WRONG_PHONE,
    "Nguyễn Văn Thử 1975": named("Nguyễn Văn Thử"),
    "1975, Thạch Thị Thử": named("Thạch Thị Thử"),
    "សុខ សាន 1975": named("សុខ សាន"),
    "Thử 1875": Refusal.UNKNOWN,
    "Thử 2075": Refusal.UNKNOWN,
    "c1234567": Card(Kind.CHIP, "C1234567", is_typed=True),
}
NOBODY = {
    "": Refusal.EMPTY,
    " \r\n": Refusal.EMPTY,
    "HTTPS://KHAIBAO.EXAMPLE.VN/V/23456789": Refusal.ADDRESS,  # its check character is wrong
    "https://example.com/menu": Refusal.ADDRESS,
    "www.example.com": Refusal.ADDRESS,
    "8934563138165": Refusal.GOODS,
    "96385074": Refusal.GOODS,
    "WIFI:T:WPA;S:Cho Tra Vinh;P:12345678;;": Refusal.UNKNOWN,
    "BEGIN:VCARD\nVERSION:3.0\nN:Thu;Van\nEND:VCARD": Refusal.UNKNOWN,
    "00020101021138570010A00000072701270006970436011301234567890208QRIBFTTA5303704": Refusal.UNKNOWN,
    "M1THU/VAN            ABC123 SGNHANVN 0123 330Y012A0001 100": Refusal.UNKNOWN,
    "IDKHM0101234567<<<<<<<<<<<<<<<\n7502023M3001011KHM": Refusal.UNKNOWN,
    "110101197502021234X": Refusal.UNKNOWN,
    "😷😷😷": Refusal.UNKNOWN,
    "\u202e0912345678\u0000x": Refusal.UNKNOWN,
    "||||||": Refusal.BROKEN_CARD,
    "a|b|c": Refusal.BROKEN_CARD,
    "'; DROP TABLE visits; --": Refusal.UNKNOWN,
    '=HYPERLINK("http://example.com")': Refusal.UNKNOWN,
    "9" * 2001: Refusal.TOO_LONG,
}
TABLE: dict[str, Card | Refusal] = CHIPS | NATIONALS | INSURANCES | OWNS | TYPED | NOBODY

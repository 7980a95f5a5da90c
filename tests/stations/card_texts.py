"""What codes at a door say: good, odd, garbled and foreign ones, all of invented people."""

from datetime import date
from uuid import UUID

from declarations.personal_codes import code_of, displayed
from stations.readers import Card, CardKind
from stations.refusals import Refusal

TODAY = date(2026, 11, 26)
OWN = code_of(UUID("4fa1c0de-0000-4000-8000-000000000001"))
OTHER = code_of(UUID("7fa1c0de-0000-4000-8000-000000000002"))
ADDRESS = "Ấp Vĩnh Hội, Long Đức, Thành phố Trà Vinh, Trà Vinh"
MAN = ("084075001234", "Nguyễn Văn Thử", 1975, "male")
WOMAN = ("084302005678", "Thạch Thị Thử", 2002, "female")
HEX_NAME = "Lê Thị Thử".encode().hex()
HEX_ADDRESS = "12 Lê Lợi, Phường 1".encode().hex()
OLD_INSURANCE = (
    f"DN4010111600103|{HEX_NAME}|02/02/1980|2|{HEX_ADDRESS}|01 - 071|01/01/2016|31/12/2016|"
    "01071116014021|-|4|01/01/2021|159b2c4d7e8f0a1-7102|$"
)
NEW = f"084075001234|334567890|Nguyễn Văn Thử|02021975|Nam|{ADDRESS}|01052021"


def misread(text: str, code_page: str = "cp1252") -> str:
    """Return UTF-8 as a reader says it that takes each byte for a character."""
    return "".join(
        chr(byte)
        if byte < 0x80 or not (said := bytes([byte]).decode(code_page, "ignore"))
        else said
        for byte in text.encode()
    )


def by_telex(digits: str) -> str:
    """Return hexadecimal digits as they come through a keyboard with Telex on."""
    for typed, letter in {"aa": "â", "ee": "ê", "dd": "đ", "af": "à", "ef": "è"}.items():
        digits = digits.replace(typed, letter)
    return digits


def by_vni(digits: str) -> str:
    """Return hexadecimal digits as they come through a keyboard with VNI on."""
    marks = {"a": "áàảãạâ ă", "e": "éèẻẽẹê", "A": "ÁÀẢÃẠÂ Ă", "E": "ÉÈẺẼẸÊ"}
    for base, letters in marks.items():
        for key, letter in enumerate(letters, start=1):
            digits = digits.replace(f"{base}{key}", letter) if letter != " " else digits
    return digits.replace("d9", "đ").replace("D9", "Đ")


def chip(who=MAN, **more) -> Card:
    said = dict(zip(("number", "full_name", "birth_year", "gender"), who, strict=True))
    return Card(CardKind.CHIP, **said | {"address": ADDRESS} | more)


def national(number="084075001234", year: int | None = 1975, **more) -> Card:
    return Card(CardKind.NATIONAL, number, "NGUYEN VAN THU", year, **more)


def insurance(number="DN4790123456789", **more) -> Card:
    said = {"full_name": "Lê Thị Thử", "birth_year": 1980, "gender": "female"}
    said |= {"address": "12 Lê Lợi, Phường 1"} | more
    return Card(CardKind.INSURANCE, number, **said)


def phone(number: str = "+84912345678") -> Card:
    return Card(CardKind.PHONE, phone=number)


def named(name: str, year: int = 1975) -> Card:
    return Card(CardKind.NAMED, full_name=name, birth_year=year)


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
        full_name="Nguyễn Văn Thử", address="A61p 5"
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
}
# Names and births as they stand on cards, and what readers and keyboards make of them.
ODD_CHIPS = {
    NEW.replace("334567890", "OLD"): chip(),
    NEW.replace("334567890", "B1234567"): chip(),
    NEW.replace("Nguyễn Văn Thử", "Nam"): chip(full_name="Nam"),
    NEW.replace("Nguyễn Văn Thử", "Nữ"): chip(full_name="Nữ"),
    NEW.replace("334567890|Nguyễn Văn Thử", "M"): chip(full_name="M"),
    NEW.replace("Nguyễn Văn Thử|02021975|Nam", "Nam||Nam"): chip(full_name="Nam"),
    NEW.replace("Nguyễn Văn Thử|02021975|Nam", "Nam|02021975|"): chip(full_name="Nam"),
    NEW.replace("02021975", "1975"): chip(),
    NEW.replace("02021975", "00001975"): chip(),
    NEW.replace("02021975", "00/00/1975"): chip(),
    NEW.replace("02021975", "1975-**-**"): chip(),
    NEW.replace("02021975", "19750202"): chip(),
    NEW.replace("02021975", "1941"): Refusal.CONTRADICTS,
    NEW.replace("02021975", "00001941"): Refusal.CONTRADICTS,
    NEW.replace("02021975", "31021976"): Refusal.CONTRADICTS,
    NEW.replace("084075", "084226").replace("02021975", "31122026"): Refusal.CONTRADICTS,
    NEW.replace("|Nam|", "|Male|"): chip(),
    NEW.replace("|Nam|", "|Nam/Male|"): chip(),
    NEW.replace("|Nam|", "|Nữ / F|"): Refusal.CONTRADICTS,
    f"084302005678||Thạch Thị Thử|15082002|Nu74|{ADDRESS}|20072024": chip(WOMAN),
    NEW.replace("Nguyễn Văn Thử", "Nguye64n Va8n D9u7c1"): Refusal.GARBLED,
    NEW.replace("Nguyễn Văn Thử", "Nguye64n Va8n D9u71c"): chip(full_name="Nguyễn Văn Đức"),
    NEW.replace("Nguyễn Văn Thử", "12345"): chip(full_name=""),
    NEW.replace("Nguyễn Văn Thử", "H’Hen Niê"): chip(full_name="H’Hen Niê"),
    NEW.replace("Nguyễn Văn Thử", "Nguy?n V?n Th?"): Refusal.GARBLED,
    NEW.replace("Nguyễn Văn Thử", "Nguy\ufffdn V\ufffdn"): Refusal.GARBLED,
    NEW.replace("Nguyễn Văn Thử", "NguyÔn V¨n Thö"): Refusal.GARBLED,  # TCVN3
    NEW.replace("Nguyễn Văn Thử", "Nguyeãn Vaên Thöû"): Refusal.GARBLED,  # a font of VNI
    NEW.replace("Nguyễn Văn Thử", "Nguyß╗àn V─ân"): Refusal.GARBLED,  # a console's code page
    NEW.replace("Nguyễn Văn Thử", "Nguy&#7877;n"): Refusal.GARBLED,
    NEW.replace("Nguyễn Văn Thử", "Nguy%E1%BB%85n"): Refusal.GARBLED,
    misread(NEW): chip(),
    misread(NEW, "latin-1"): chip(),
    misread(NEW, "cp1258"): chip(),
    misread(misread(NEW)): chip(),
    misread(misread(NEW, "latin-1")): chip(),
    misread(NEW.replace("Nguyễn Văn Thử", "សុខ សាន")): chip(full_name="សុខ សាន"),
    "\ufeff" + NEW: chip(),
}
KEYED = {"AAps Vixnh Hooij": ADDRESS, "Nguyeexn Vawn Thuwr": MAN[1], "Trần Văn Ddức": MAN[1]}
PLAIN_NAMES = "NGUYEN VAN AN|Thach Soc|Lee|Aaron|Kim Saw|Kim Soo Hee|Y Ñuăl Ƀuôn Yă".split("|")
# Readers that drop bytes, or are set to pages by which other letters are as good.
MISREAD_CHIPS = {
    NEW.replace(MAN[1], name).encode().decode(page, "ignore"): Refusal.GARBLED
    for name in ("VÕ VĂN SÁU", "VÕ THỊ BÍCH", "Lê Thị Ngọc")
    for page in ("cp1252", "cp1258")
} | {
    misread("084075001234||TẠ ỨNG|02021975|Nam||", "iso8859-15"): Refusal.GARBLED,
    misread(NEW.replace(MAN[1], "LÊ VĂN ĐỨC"), "iso8859-15"): chip(full_name="LÊ VĂN ĐỨC"),
    **{
        misread(NEW, page): chip()
        for page in "iso8859-2 cp1250 cp1251 cp1253 cp1257 cp437 iso8859-13".split()
    },
    NEW.encode().decode("big5", "ignore"): Refusal.GARBLED,
    NEW.replace(MAN[1], "LÊ VĂN ĐỨC").encode().decode("big5", "ignore"): Refusal.GARBLED,
    NEW.replace(MAN[1], "Nguyễn Vǎn Thử"): Refusal.GARBLED,
    NEW.replace(MAN[1], "Nguyễn € Thử"): Refusal.GARBLED,
    **{NEW.replace(said, keyed): Refusal.KEYBOARD for keyed, said in KEYED.items()},
    **{NEW.replace(MAN[1], name): chip(full_name=name) for name in PLAIN_NAMES},
    "084075001234||Lê Văn Thử|02021975|Nam||01052021||Nguyễn Văn Cha|Lê Thị Mẹ": chip(
        full_name="Lê Văn Thử", address=""
    ),
    NEW.replace("02021975", "02 02 1941"): Refusal.CONTRADICTS,
    NEW.replace("02021975", "1941.0"): Refusal.CONTRADICTS,
    NEW.replace("02021975", "1975.0"): chip(),
}
NATIONALS = {
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|": national(),
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|Nam<DN123<0912345678<": national(
        gender="male", phone="+84912345678"
    ),
    "0840********|NGUYEN VAN THU|1975-**-**|0|12345678901|": national("QID12345678901"),
    "084093001234|NGUYEN VAN THU|1993-**-**|0|12345678901|": national("084093001234", 1993),
    "084093001234|NGUYEN VAN THU|****-**-**|0|12345678901|": national("084093001234", 1993),
    "084093001234|NGUYEN VAN THU|1994-**-**|0|12345678901|": Refusal.CONTRADICTS,
    "084093001234|NGUYEN VAN THU|1993-01-01|0|12345678901|Nữ": Refusal.CONTRADICTS,
    "0840********|NGUYEN VAN THU|2001-01-01|0|12345678901|": Refusal.CONTRADICTS,
    "084***001234|NGUYEN VAN THU|2027-01-01|0|12345678901|": Refusal.CONTRADICTS,
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|Nam<0912345679<<": national(
        gender="male"
    ),
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|Nam<0912345679<0912345678": national(
        gender="male", phone="+84912345678"
    ),
    "084075001234|NGUYEN VAN THU|1975-02-02|0|12345678901|Nam<DN123<19009095<": national(
        gender="male"
    ),
    "084075001234|NGUY?N VAN THU|1975-02-02|0|12345678901|": Refusal.GARBLED,
    "084075001234|A B|1975-02-02|0|12345678901|Nam<<<084093001234|C D|1993-01-01|0|12345678902|": (
        Refusal.JOINED
    ),
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
    OLD_INSURANCE: insurance("DN4010111600103"),
    OLD_INSURANCE.replace(HEX_NAME, HEX_NAME.upper()): insurance("DN4010111600103"),
    OLD_INSURANCE.replace(HEX_NAME, by_telex(HEX_NAME)): insurance("DN4010111600103"),
    OLD_INSURANCE.replace(HEX_NAME, by_vni(HEX_NAME)): insurance("DN4010111600103"),
    OLD_INSURANCE.replace(HEX_NAME, by_vni("42c3a9")): insurance("DN4010111600103", full_name="Bé"),
    OLD_INSURANCE.replace(HEX_NAME, by_vni("42C3A9")): insurance("DN4010111600103", full_name="Bé"),
    OLD_INSURANCE.replace(HEX_NAME, by_vni(HEX_NAME)[:-1]): Refusal.KEYBOARD,
    OLD_INSURANCE.replace(HEX_NAME, misread("Lê Thị Thử").encode().hex()): insurance(
        "DN4010111600103"
    ),
    OLD_INSURANCE.replace(HEX_NAME, "NguyÔn V¨n".encode().hex()): Refusal.GARBLED,
    OLD_INSURANCE.replace(HEX_NAME, "Lê Thị Thử".encode("utf-16-le").hex()): insurance(
        "DN4010111600103", full_name=""
    ),
    OLD_INSURANCE.replace(HEX_NAME, "Lê Thị Thử"): insurance("DN4010111600103"),
    OLD_INSURANCE.replace("02/02/1980", "00/00/1980"): insurance("DN4010111600103"),
    OLD_INSURANCE.replace("02/02/1980", "02/02/2080"): Refusal.CONTRADICTS,
    OLD_INSURANCE + OLD_INSURANCE: Refusal.JOINED,
    OLD_INSURANCE + NEW: Refusal.JOINED,
    NEW + OLD_INSURANCE: Refusal.JOINED,
    f"0123456789|{HEX_NAME}|1980|2|{HEX_ADDRESS}|-0123456780|{HEX_NAME}|1981|2|": Refusal.JOINED,
    f"0123456789|{HEX_NAME}|1980|2|{b'Tp Hue'.hex()}|-": insurance("0123456789", address="Tp Hue"),
}
OWNS = {
    OWN: Card(CardKind.OWN, code=OWN),
    displayed(OWN): Card(CardKind.OWN, code=OWN),
    f" {OWN[:10]}-{OWN[10:]}\n": Card(CardKind.OWN, code=OWN),
    OWN[:-1] + str((int(OWN[-1]) + 1) % 10): Refusal.WRONG_DIGIT,
    OWN[1] + OWN[0] + OWN[2:]: Refusal.WRONG_DIGIT,
    OWN + OTHER: Refusal.JOINED,
}
TYPED = {
    "084075001234": chip(full_name="", address="", is_typed=True),
    "084 075 001 234": chip(full_name="", address="", is_typed=True),
    "084199001234": chip(("084199001234", "", 1999, "female"), address="", is_typed=True),
    displayed(OWN): Card(CardKind.OWN, code=OWN, is_typed=True),
    "0829220875": phone("+84829220875"),
    "0840750099": phone("+84840750099"),
    "0294 3855 123": phone("+842943855123"),
    "00 855 12 345 678": phone("+85512345678"),
    "01691234567": Refusal.OLD_PHONE,
    "855 12 345 678": Refusal.FOREIGN_PHONE,
    "012 345 678": Refusal.FOREIGN_PHONE,
    "1900 9095": Refusal.HOTLINE,
    "0912 ABC DEF": Refusal.UNKNOWN,
    "0012546619592": Refusal.GOODS,
    "036000291452": Refusal.GOODS,
    "8934563138165": Refusal.GOODS,
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
    "c1234567": Card(CardKind.CHIP, "C1234567", is_typed=True),
}
NOBODY = {
    "": Refusal.EMPTY,
    " \r\n": Refusal.EMPTY,
    "HTTPS://KHAIBAO.EXAMPLE.VN/V/23456789": Refusal.ADDRESS,  # its check character is wrong
    "https://example.com/menu": Refusal.ADDRESS,
    "www.example.com": Refusal.ADDRESS,
    "8934563138165": Refusal.GOODS,
    "]E08934563138165": Refusal.GOODS,
    "18934563138162": Refusal.GOODS,  # a carton, ITF-14
    "96385074": Refusal.GOODS,
    "0012546619592": Refusal.GOODS,
    "036000291452": Refusal.GOODS,
    "0829220875": Refusal.NUMBER_ALONE,
    "0840750099": Refusal.NUMBER_ALONE,
    "084075001234": Refusal.NUMBER_ALONE,
    "0912345678": Refusal.NUMBER_ALONE,
    "+84 912 345 678": Refusal.NUMBER_ALONE,
    "C1234567": Refusal.UNKNOWN,
    "Nguyễn Văn Thử 1975": Refusal.UNKNOWN,
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
SCANNED: dict[str, Card | Refusal] = (
    CHIPS | ODD_CHIPS | MISREAD_CHIPS | NATIONALS | INSURANCES | OWNS | NOBODY
)
TABLE = [(text, False) for text in SCANNED] + [(text, True) for text in TYPED]

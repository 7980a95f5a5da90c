"""Invented names: Vietnamese ones, and Khmer ones for three people in ten."""

from random import Random

KHMER_SHARE = 0.3
_KHMER_SCRIPT_SHARE = 0.03

_FAMILIES = """
Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Phạm Phạm Huỳnh Huỳnh Võ Phan Trương Bùi
Đặng Đỗ Ngô Hồ Dương Lý Đoàn Lương Mai Tô Hà Cao
""".split()
_MIDDLE = {
    "male": "Văn Văn Hữu Minh Thanh Quốc Hoàng Đức Công Trung Tấn Phước".split(),
    "female": "Thị Thị Thị Ngọc Mỹ Kim Thanh Bích Thuý Như Hồng Diễm".split(),
}
_GIVEN = {
    "male": """
An Bảo Bình Cường Danh Dũng Duy Đạt Được Giàu Hải Hậu Hiếu Hoà Hùng Huy Khang Khánh Khoa Kiệt Lộc
Long Lợi Luân Mẫn Minh Nam Nghĩa Nhân Nhựt Phát Phong Phú Phúc Quân Quý Sang Sơn Tài Tâm Thành
Thắng Thiện Thịnh Thuận Tiến Toàn Trí Trọng Tú Tuấn Vinh Vũ
""".split(),
    "female": """
Anh Ánh Châu Chi Cúc Diễm Diệu Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hồng Hương Huyền Hường
Kiều Lan Lành Liên Linh Loan Ly Mai My Mỹ Nga Ngân Ngọc Nguyệt Nhàn Nhi Như Nhung Oanh Phượng
Quyên Sương Thảo Thơ Thu Thuỷ Tiên Trang Trâm Trinh Trúc Tuyết Uyên Vân Xuân Yến
""".split(),
}

_KHMER_FAMILIES = "Thạch Thạch Thạch Sơn Sơn Kim Kim Lâm Lâm Kiên Châu Danh".split()
_KHMER_GIVEN = {
    "male": """
Sa_Rên Đa_Ra Ra_Tha Sô_Khươl Chanh_Tha Pha_Nươl Sà_Vết Rít_Thi Vi_Sal Sa_Mách So_Phát Hoàng_Na
Ươne Sóc_Kha Chành_Đa Ri_Thi Suône Mi_Ni Thươl Vũ_La Phi_Rum
""".split(),
    "female": """
Thị_Sa_Phol Thị_Bô_Pha Sô_Phia Thi_Đa Ma_Ly Thị_Na_Ri Chanh_Đi Thị_Sa_Rươne Sa_Vy Thị_Hoa_Ry
Thị_Rết Sóc_Kha_Na Thị_Pho_La Mô_Ni Thị_Ươl Ra_Ni Thị_Chanh_Tha Sa_Quône
""".split(),
}
_KHMER_SCRIPT = {
    "male": ["ថាច់ សុភា", "សឺន រិទ្ធី", "គឹម ដារ៉ា", "លឹម វិសាល"],
    "female": ["ថាច់ បុប្ផា", "សឺន ម៉ាលី", "គឹម សុភី", "កៀន ចាន់ថា"],
}
_ORDER_OF_BIRTH = "Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Út".split()
_HAMLET_WORDS = """
Sơn Trà Tân Phú Bình Thạnh Long Mỹ Đại Vĩnh An Hoà Phước Ngãi Giồng Rạch Cây Xoài Bến Ô Đôn
""".split()
_LUCKY = """
Minh Tâm|Phước Lộc|Thanh Bình|Tân Tiến|Hoàng Gia|Kim Phát|Hồng Phúc|An Khang|Vạn Lợi|Đại Phát|
Thuận Hoà|Sông Quê|Hoa Sen|Bông Dừa|Ao Bà|Trăng Quê|Gió Biển|Hương Dừa|Sao Mai|Bình Minh|
Cửu Long|Sông Tiền|Sông Hậu|Dừa Sáp|Hàng Sao|Cây Dầu|Mùa Xuân|Ngọc Bích|Phương Nam|Tường Vy
"""
_LUCKY_NAMES = [name.strip() for name in _LUCKY.split("|")]


def person(rng: Random, *, male: bool) -> str:
    """Return a full name, sometimes in Khmer letters as people type it."""
    sex = "male" if male else "female"
    if rng.random() >= KHMER_SHARE:
        families = f"{rng.choice(_FAMILIES)} {rng.choice(_MIDDLE[sex])}"
        return f"{families} {rng.choice(_GIVEN[sex])}"
    if rng.random() < _KHMER_SCRIPT_SHARE:
        return rng.choice(_KHMER_SCRIPT[sex])
    return f"{rng.choice(_KHMER_FAMILIES)} {rng.choice(_KHMER_GIVEN[sex]).replace('_', ' ')}"


def nickname(rng: Random) -> str:
    """Return what a shop is called after: the order of birth and a given name."""
    return f"{rng.choice(_ORDER_OF_BIRTH)} {rng.choice(_GIVEN[rng.choice(['male', 'female'])])}"


def lucky(rng: Random) -> str:
    """Return a name of good omen."""
    return rng.choice(_LUCKY_NAMES)


def hamlet(rng: Random) -> str:
    """Return an invented name of a hamlet."""
    return " ".join(rng.sample(_HAMLET_WORDS, 2))

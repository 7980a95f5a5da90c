"""Invented names: Vietnamese and Khmer ones of people, and what stands above venues' doors."""

from random import Random

from districts.models import Unit
from venues.kinds import Kind

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
_LONGEST = (
    "Công ty trách nhiệm hữu hạn một thành viên thương mại, dịch vụ, xuất nhập khẩu và "
    "chế biến thuỷ sản"
)
# {nick} Bảy Hiền · {luck} Minh Tâm · {bare} Long Đức · {unit} xã Long Đức · {hamlet} · {person}
_SIGNS = {
    Kind.MARKET: ["Chợ {bare}", "Chợ {bare}", "Chợ {hamlet}", "Chợ nông sản {hamlet}"],
    Kind.SUPERMARKET: [
        "Siêu thị {luck}",
        "Cửa hàng tiện lợi {luck} {number}",
        "Siêu thị mini {nick}",
    ],
    Kind.SHOP: [
        "Tạp hoá {nick}",
        "Tạp hoá {nick}",
        "Cửa hàng vật liệu xây dựng {luck}",
        "Cửa hàng xăng dầu {luck}",
        "Điện thoại {nick}",
        "Vật tư nông nghiệp {nick}",
        "Trái cây {nick}",
        "Tiệm vàng {luck}",
        "Cửa hàng thức ăn thuỷ sản, thuốc thú y và vật tư nông nghiệp {luck}",
    ],
    Kind.RESTAURANT: [
        "Quán cà phê {luck}",
        "Bún nước lèo {nick}",
        "Quán cơm {nick}",
        "Hủ tiếu {nick}",
        "Nhà hàng {luck}",
        "Quán nhậu {nick}",
        "Bánh canh Bến Có {nick}",
        "Cà phê võng {hamlet}",
    ],
    Kind.OFFICE: [
        "Uỷ ban nhân dân {unit}",
        "Bộ phận tiếp nhận và trả kết quả {unit}",
        "Công an {unit}",
        "Hội Nông dân {unit}",
    ],
    Kind.COMPANY: [
        "Công ty TNHH {luck}",
        "Công ty cổ phần {luck} {number}",
        f"{_LONGEST} {{luck}} {{bare}}",
        "Hợp tác xã nông nghiệp, tiểu thủ công nghiệp, thương mại và dịch vụ tổng hợp {bare}",
    ],
    Kind.FACTORY: [
        "Nhà máy xay xát {nick}",
        "Cơ sở than gáo dừa {nick}",
        "Xưởng mộc {nick}",
        "Xí nghiệp may {luck}",
        "Cơ sở chế biến cơm dừa nạo sấy xuất khẩu {luck} – chi nhánh {bare}",
    ],
    Kind.HEALTH: [
        "Nhà thuốc {luck}",
        "Trạm y tế {unit}",
        "Phòng khám đa khoa {luck}",
        "Phòng khám bác sĩ {person}",
    ],
    Kind.SCHOOL: [
        "Trường Tiểu học {bare}",
        "Trường Mầm non {luck}",
        "Trường Trung học cơ sở {bare}",
        "Trung tâm ngoại ngữ – tin học {luck}",
    ],
    Kind.HOTEL: ["Khách sạn {luck}", "Nhà nghỉ {nick}", "Nhà trọ {nick}"],
    Kind.WORSHIP: [
        "Chùa Phước {hamlet}",
        "Chùa Khmer {hamlet}",
        "Chùa Khmer {hamlet} (វត្ត{khmer})",
        "Thánh thất Cao Đài {bare}",
        "Nhà thờ {hamlet}",
        "Đình thần {bare}",
    ],
    Kind.TRANSPORT: ["Bến xe {bare}", "Bến phà {hamlet}", "Bến đò {nick}", "Nhà xe {luck}"],
    Kind.SERVICE: [
        "Tiệm tóc {nick}",
        "Sửa xe {nick}",
        "Phòng giao dịch ngân hàng {luck}",
        "Bưu cục {bare}",
        "Tiệm may {nick}",
        "Nha khoa {luck}",
    ],
    Kind.EVENT: ["Nhà văn hoá ấp {hamlet}", "Trung tâm tiệc cưới {luck}", "Hội trường {unit}"],
    Kind.CHECKPOINT: ["Chốt kiểm soát {unit}", "Chốt kiểm soát cầu {hamlet}"],
    Kind.OTHER: ["Sân bóng {luck}", "Vựa dừa {nick}", "Vựa tôm {nick}", "Câu lạc bộ {luck}"],
}
_PAGODAS = ["ពោធិ៍សាលរាជ", "ខ្សាច់", "រតនារាម", "អង្គ"]
_STREETS = ["Bờ Kè", "Hàng Sao", "Cây Dầu", "Bông Sen", "Ao Sen", "Kinh Mới", "Giồng Tre"]


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
    return rng.choice(_LUCKY_NAMES)


def hamlet(rng: Random) -> str:
    return " ".join(rng.sample(_HAMLET_WORDS, 2))


def sign(rng: Random, kind: Kind, commune: Unit) -> str:
    """Return an invented name for a venue of this kind in this commune."""
    return rng.choice(_SIGNS[kind]).format(
        nick=nickname(rng),
        luck=lucky(rng),
        hamlet=hamlet(rng),
        person=person(rng, male=rng.random() < 0.5),
        khmer=rng.choice(_PAGODAS),
        number=rng.randint(1, 40),
        unit=_spoken(commune),
        bare=_bare(commune),
    )


def address(rng: Random, commune: Unit) -> str:
    """Return an invented address: a street in towns, a hamlet in the country."""
    if commune.kind == "xã":
        return f"Ấp {hamlet(rng)}"
    return f"{rng.randint(1, 400)} đường {rng.choice(_STREETS)}, Khóm {rng.randint(1, 9)}"


def _spoken(unit: Unit) -> str:
    return unit.name[:1].lower() + unit.name[1:]


def _bare(unit: Unit) -> str:
    """Return the name without its kind; wards that have only a number go by their town."""
    name = unit.name[len(unit.kind) :].strip()
    if name.isdecimal() and unit.parent:
        return _bare(unit.parent)
    return name or unit.name

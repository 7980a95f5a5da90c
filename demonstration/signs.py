"""What stands above the door: invented names of venues, by kind."""

from random import Random

from districts.models import Unit
from venues.kinds import Kind

from . import names

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


def sign(rng: Random, kind: Kind, commune: Unit) -> str:
    """Return an invented name for a venue of this kind in this commune."""
    return rng.choice(_SIGNS[kind]).format(
        nick=names.nickname(rng),
        luck=names.lucky(rng),
        hamlet=names.hamlet(rng),
        person=names.person(rng, male=rng.random() < 0.5),
        khmer=rng.choice(_PAGODAS),
        number=rng.randint(1, 40),
        unit=_spoken(commune),
        bare=_bare(commune),
    )


def address(rng: Random, commune: Unit) -> str:
    """Return an invented address: a street in towns, a hamlet in the country."""
    if commune.kind == "xã":
        return f"Ấp {names.hamlet(rng)}"
    return f"{rng.randint(1, 400)} đường {rng.choice(_STREETS)}, Khóm {rng.randint(1, 9)}"


def _spoken(unit: Unit) -> str:
    return unit.name[:1].lower() + unit.name[1:]


def _bare(unit: Unit) -> str:
    """Return the name without its kind; wards that have only a number go by their town."""
    name = unit.name[len(unit.kind) :].strip()
    if name.isdecimal() and unit.parent:
        return _bare(unit.parent)
    return name or unit.name

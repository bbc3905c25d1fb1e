"""The demo's people: fictional, named in the stories. Their password is printed by `./desk up`."""

from typing import NamedTuple

from itsm.accounts.roles import ROLES

PASSWORD = "demo-hospital-2026"  # noqa: S105  the demo's, shown on its sign-in page


class Person(NamedTuple):
    """A member of the demo cast. `works_for`: a department code or, for vendors' staff, BCZY."""

    work_number: str
    name: str
    job_title: str
    roles: tuple[str, ...]
    department: str
    vendor: str = ""
    phone: str = ""


CAST = (
    Person("zhoujianguo", "周建国", "信息工程部主任", ("HLD",), "XXGC", phone="8101"),
    Person("liumin", "刘敏", "信息工程部管理员", ("HIT",), "XXGC", phone="8102"),
    Person("chenli", "陈立", "现场项目经理", ("PM",), "YWTD", "BCZY", "8110"),
    Person("sunhao", "孙浩", "技术总监", ("CTO",), "YWTD", "BCZY", "8111"),
    Person("hejun", "何俊", "平台工程师", ("PLT",), "YWTD", "BCZY", "8112"),
    Person("wangqian", "王倩", "服务台调度", ("DSK",), "YWTD", "BCZY", "8120"),
    Person("lixue", "李雪", "巡检与档案", ("INS", "ARC"), "YWTD", "BCZY", "8121"),
    Person("zhaoqiang", "赵强", "巡检员", ("INS",), "YWTD", "BCZY", "8122"),
    Person("gaoyu", "高宇", "巡检员", ("INS",), "YWTD", "BCZY", "8123"),
    Person("machao", "马超", "EMR 驻场工程师", ("ENG",), "YWTD", "BCZY", "8131"),
    Person("zhengkai", "郑凯", "自助报告打印驻场工程师", ("ENG",), "YWTD", "BCZY", "8132"),
    Person("linjing", "林静", "OA/检查预约驻场工程师", ("ENG",), "YWTD", "BCZY", "8133"),
    Person("wudi", "吴迪", "超声内镜驻场工程师", ("ENG",), "YWTD", "BCZY", "8134"),
    Person("xuchangming", "许昌明", "LIS 驻场工程师", ("ENG",), "YWTD", "BCZY", "8135"),
    Person("guofeng", "郭峰", "数据库专家", ("EXP",), "YWTD", "BCZY", "8140"),
    Person("wangyisheng", "王医生", "消化内科医生", ("CLI",), "XHNK", phone="2316"),
    Person("sysadmin", "系统管理员", "三员之一：账号与系统运行", ("SYS",), "XXGC", phone="8103"),
    Person("secadmin", "安全管理员", "三员之一：授权", ("SEC",), "XXGC", phone="8104"),
    Person("auditor", "审计管理员", "三员之一：审计", ("AUD",), "XXGC", phone="8105"),
)
SHOWN = ("wangqian", "machao", "chenli", "zhoujianguo", "wangyisheng", "sysadmin", "secadmin", "auditor")


class Account(NamedTuple):
    """A sign-in name as the demo shows it."""

    name: str
    username: str
    role: str
    password: str


def demo_accounts() -> list[Account]:
    """The sign-in names that the demo shows, one for each kind of user."""
    people = {person.work_number: person for person in CAST}
    return [Account(people[name].name, name, str(ROLES[people[name].roles[0]].name), PASSWORD) for name in SHOWN]

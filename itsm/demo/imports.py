"""The demo's imports: a sheet of departments that was taken in, and one of people with bad rows that waits."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from itsm.accounts.models import User
from itsm.imports import receiving, running
from itsm.imports.enums import Mode
from itsm.imports.models import Import
from itsm.workbooks import writing

DEPARTMENT_HEADS = ("编码", "名称", "部门类型", "提升优先级")
DEPARTMENTS = (
    ("RJSS", "日间手术中心", "临床科室", "是"),
    ("HLMZ", "互联网医院门诊", "临床科室", "否"),
)
PEOPLE_HEADS = ("工号", "姓名", "科室", "岗位", "电话")
PEOPLE = (
    ("wangyisheng", "王医生", "消化内科", "消化内科主治医师", "2316"),
    ("lixue", "李雪", "", "巡检与档案", "8121"),
    ("zhaoqiang", "赵强", "运维一部", "巡检员", "8122"),
    ("gaoyu", "", "", "巡检员", "8123"),
)


def seed_imports(people: dict[str, User], *, at: datetime) -> None:
    """Send both sheets through the verbs, once; the worker's part is done at once."""
    if Import.objects.exists():
        return
    found = _sent("departments", "新增科室.xlsx", DEPARTMENT_HEADS, DEPARTMENTS, by=people["liumin"], at=at)
    if found.good:
        receiving.apply(found, by=people["liumin"], at=at + timedelta(minutes=2), mode=Mode.ALL)
        running.run_waiting(at=at + timedelta(minutes=2))
    _sent("people", "人员核对.xlsx", PEOPLE_HEADS, PEOPLE, by=people["sysadmin"], at=at + timedelta(hours=1))


def _sent(
    table: str, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, by: User, at: datetime
) -> Import:
    file = io.BytesIO()
    writing.write_xlsx(file, "Sheet1", [writing.Column(head) for head in heads], rows)
    found = receiving.receive(table, file, name=name, by=by, at=at)
    running.run_waiting(at=at)
    found.refresh_from_db()
    return found

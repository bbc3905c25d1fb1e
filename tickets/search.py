"""The SQL functions of the search: Chinese text is cut into pairs of characters, so that a word of
two characters is found wherever it stands, with an index and without a dictionary. The stored text
also keeps the last character of a run (`tail`), so that a single character is found too.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

INSTALL = """
create function itsm_grams(t text, tail int) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(g.tok, ' ' order by r.ord, g.i), '')
  from regexp_matches(
         lower(t), '([\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?:[-_.][a-z0-9]+)*)', 'g'
       ) with ordinality r(m, ord)
  cross join lateral (
    select i, case when ascii(r.m[1]) >= 13312 then substr(r.m[1], i, 2) else r.m[1] end as tok
    from generate_series(
      1, case when ascii(r.m[1]) >= 13312 then greatest(length(r.m[1]) - 1 + tail, 1) else 1 end
    ) i
  ) g $$;
create function itsm_tsv(t text) returns tsvector language sql immutable parallel safe as $$
  select to_tsvector('simple', itsm_grams(t, 1)) $$;
create function itsm_tsq(t text) returns tsquery language sql immutable parallel safe as $$
  select case when length(itsm_grams(t, 0)) = 1 and ascii(itsm_grams(t, 0)) >= 13312
    then to_tsquery('simple', itsm_grams(t, 0) || ':*')
    else phraseto_tsquery('simple', itsm_grams(t, 0)) end $$;
"""

REMOVE = "drop function itsm_tsq(text), itsm_tsv(text), itsm_grams(text, int);"


class Vector(models.Func):
    """The stored search column of the given texts."""

    function = "itsm_tsv"
    output_field = SearchVectorField()

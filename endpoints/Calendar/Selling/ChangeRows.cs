using Npgsql;
using Roost.Calendar.Taking;

namespace Roost.Calendar.Selling;

static class ChangeRows
{
    public static NpgsqlBatchCommand ById(Guid[] ids) => new NpgsqlBatchCommand(
        "select id, unit_id from calendar.changes where id = any(@ids)").With("ids", ids);

    public static async Task Read(NpgsqlDataReader rows, Chart chart, CancellationToken ct)
    {
        while (await rows.ReadAsync(ct)) chart.Load(new Change(rows.GetGuid(0), rows.GetGuid(1)));
    }

    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<Change> changes) => new NpgsqlBatchCommand(
        """
        insert into calendar.changes (id, unit_id, refusal)
        select id, unit_id, refusal::json from unnest(@ids, @units, @refusal) as c (id, unit_id, refusal)
        """)
        .With("ids", changes.Select(c => c.Id).ToArray()).With("units", changes.Select(c => c.UnitId).ToArray())
        .With("refusal", changes.Select(c => c.Refusal.InSql()).ToArray());
}

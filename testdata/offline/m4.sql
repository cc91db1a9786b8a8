-- revision: m4
-- revises: b2, c3
-- message: merge

-- +upgrade
-- +downgrade

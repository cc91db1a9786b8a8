-- revision: bb73aa30e9cb
-- revises:
-- message: create fibtable
-- created: 2026-11-21T09:12:40Z

-- +upgrade sqlite
CREATE TABLE fibtable (
    id         INTEGER PRIMARY KEY,
    created_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    fib_index  INTEGER NOT NULL,
    fib_value  INTEGER NOT NULL
);

-- The story begins with the first two numbers.
INSERT INTO fibtable (fib_index, fib_value) VALUES (0, 0), (1, 1);

-- +upgrade postgres
CREATE TABLE fibtable (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_on timestamptz NOT NULL DEFAULT now(),
    updated_on timestamptz NOT NULL DEFAULT now(),
    fib_index  integer NOT NULL,
    fib_value  numeric NOT NULL
);

INSERT INTO fibtable (fib_index, fib_value) VALUES (0, 0), (1, 1);

-- +upgrade mysql
CREATE TABLE fibtable (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    created_on TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    updated_on TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    fib_index  INT NOT NULL,
    fib_value  DECIMAL(65) NOT NULL
);

INSERT INTO fibtable (fib_index, fib_value) VALUES (0, 0), (1, 1);

-- +downgrade
DROP TABLE fibtable;

"""From the shops' databases into the warehouse: what the two DAGs run.

`configuration` says which shops and tables there are, `tables` what they look like, `extract` fills the schema
`stg`, `load` the schema `dds`. Nothing here knows Airflow: the functions take psycopg2 connections.
"""

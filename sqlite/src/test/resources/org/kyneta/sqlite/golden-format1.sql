-- What a store of format 1 holds, written by hand from the format's description.
CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kyneta_records (doc_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT, blob BLOB, PRIMARY KEY (doc_id, seq)) WITHOUT ROWID;

INSERT INTO kyneta_meta VALUES ('note', '{"replicaType":["yjs",1,2],"syncProtocol":{"writerModel":"concurrent","delivery":"delta-capable","durability":"persistent"},"schemaHash":"02ff"}');
INSERT INTO kyneta_records VALUES ('note', 0, 'meta', '{"replicaType":["yjs",1,0],"syncProtocol":{"writerModel":"concurrent","delivery":"delta-capable","durability":"persistent"},"schemaHash":"02aa"}', NULL);
INSERT INTO kyneta_records VALUES ('note', 1, 'entry', '{"kind":"entirety","encoding":"binary","version":"AA=="}', x'0000');
INSERT INTO kyneta_records VALUES ('note', 2, 'entry', '{"kind":"since","encoding":"binary","version":"AQE="}', x'');
INSERT INTO kyneta_records VALUES ('note', 3, 'meta', '{"replicaType":["yjs",1,2],"syncProtocol":{"writerModel":"concurrent","delivery":"delta-capable","durability":"persistent"},"schemaHash":"02ff"}', NULL);
INSERT INTO kyneta_records VALUES ('note', 4, 'entry', '{"kind":"since","encoding":"json","version":"odd","lineage":"l-1"}', x'FF00');

INSERT INTO kyneta_meta VALUES ('plain/ü', '{"replicaType":["plain",1,0],"syncProtocol":{"writerModel":"serialized","delivery":"delta-capable","durability":"persistent"},"schemaHash":"00","tags":[1.0,2e3,null],"owner":{"b":1,"a":"\ud800"}}');
INSERT INTO kyneta_records VALUES ('plain/ü', 0, 'meta', '{"replicaType":["plain",1,0],"syncProtocol":{"writerModel":"serialized","delivery":"delta-capable","durability":"persistent"},"schemaHash":"00","tags":[1.0,2e3,null],"owner":{"b":1,"a":"\ud800"}}', NULL);
INSERT INTO kyneta_records VALUES ('plain/ü', 1, 'entry', '{"kind":"since","encoding":"json","version":"1","data":"{\"k\\u0000\":\"é😀/\"}"}', NULL);
INSERT INTO kyneta_records VALUES ('plain/ü', 2, 'entry', '{"kind":"since","encoding":"binary","version":"\u0000\t\u001f","data":"lone \ud83d and \udc00","lineage":""}', NULL);
INSERT INTO kyneta_records VALUES ('plain/ü', 3, 'entry', '{"kind":"entirety","encoding":"json","version":"","data":""}', NULL);

INSERT INTO kyneta_meta VALUES (CAST(x'610062' AS TEXT), '{"replicaType":["plain",1,0],"syncProtocol":{"writerModel":"concurrent","delivery":"snapshot-only","durability":"transient"},"schemaHash":""}');
INSERT INTO kyneta_records VALUES (CAST(x'610062' AS TEXT), 0, 'meta', '{"replicaType":["plain",1,0],"syncProtocol":{"writerModel":"concurrent","delivery":"snapshot-only","durability":"transient"},"schemaHash":""}', NULL);

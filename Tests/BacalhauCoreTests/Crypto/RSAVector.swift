/// Keys made with the `openssl` program for these tests, and what that program says about them.
enum RSAVector {
    static let clientID = "1f6fa2b2f66c384657bfda7231bc625f728db039ac667be555b715cc709a465c"
    /// SHA-256 of the signature of `node-1`.
    static let signatureDigest = "16fc343d1af86633354a9e4e9b5f8754cbff2b6b43c0c439e2e6c0f96860ba66"
    static let publicKey =
        "MIIBCgKCAQEA3s0E/UX+VTcLneh7yLrW0TayJiy4jMgdVvua3vZwH3sU3FHm0MfqRhp1CbzEruQnqRXepQVAMFjRUK0eXXVB"
        + "ZIqqPMufEQGapZkc+EJgGU/YI5nrWdiAtYeDk7yglz5ydNrleT+/0VXiXV9rvsM5L/dlkQgFvVmnDzAbvPZzj/yqKVG/XgJP"
        + "js9U9joQgoqIE8eXSpXG0CHgniWcw9xmhT1h3fF4uk8QPb3mXLXO5wBwAgGh4NnyJXecMSigTzCL8ZWUzVAPc2sTUn0KuK1h"
        + "POO/0xvT65awO6HnPewrRIcFu9VRyqaj6VHLOXDcX+XKFFAtp2TFA+Ffen8LZNiSuQIDAQAB"
    static let pkcs1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEA3s0E/UX+VTcLneh7yLrW0TayJiy4jMgdVvua3vZwH3sU3FHm
        0MfqRhp1CbzEruQnqRXepQVAMFjRUK0eXXVBZIqqPMufEQGapZkc+EJgGU/YI5nr
        WdiAtYeDk7yglz5ydNrleT+/0VXiXV9rvsM5L/dlkQgFvVmnDzAbvPZzj/yqKVG/
        XgJPjs9U9joQgoqIE8eXSpXG0CHgniWcw9xmhT1h3fF4uk8QPb3mXLXO5wBwAgGh
        4NnyJXecMSigTzCL8ZWUzVAPc2sTUn0KuK1hPOO/0xvT65awO6HnPewrRIcFu9VR
        yqaj6VHLOXDcX+XKFFAtp2TFA+Ffen8LZNiSuQIDAQABAoIBAAQpCGORU8U0FK2z
        amJOaNX5wzxWv/BzCSc3ZgYtTF0uH27Ywapa3UtHUbGnmnWYkYwE+kYTEcaFVg0/
        Wk6M8rZlp3WgqLz4znIyqHmTRbebR9IsXNpt4kNhfym6TzZbxmfbsYbA07xdMe+j
        6T9j5lS4ticN4wuM2cN9FruBz5kb6gOEFqcmpcy0leLpovLy3BFJJozMInCUzO3T
        0SmEPK6nlsEsigEJ/tPP37n+lwVZQqnwkmHxwYuaGYTrRFr0aObR9j3aJSg4JmJV
        IU+TZXnHu0H5Sygrts6BtbX3Nhc7QXL+8u5u1BqgnfS8Y8bv8zVVDWuDxbXmHjyp
        sPDTbWECgYEA/M7guHDTMYTW4JwfOCR/tokINX2t2D9op4HBnPT+O7FI1DJxdQ/j
        Ew6PM8ez4CsZIAqjLAduqhgulwgzvFOHZ0BqbBgmixXPX8vE7mCfoCwnX+oKBiZu
        fVXCve5zk+qS5RdxylTTPmW3HWyNtSQCmMotYHuLaSmr/DwwS7lNBykCgYEA4Z0n
        GCKEh957fqe18D/1X3L1Y2FXl2Qq3XUkP/XnRyTbNS22rlnUj6jkAfIwbCh33LYa
        j+P0ThiNI7LBRF/p0GQ2zwC0XfRsqdrP0vqNqjn0sSOUoG9c0Mrh4z8Q0dUzUX0H
        jTze8lzOEhY941Ws4GCfN/NGP7t+NfJVUQ5CcRECgYEAyMNNqItI3IFe116EWGR7
        26y1DS2yehHY/XVJGWlh4Guop4MroMguDzs3s+o6yaHQQSbRcCyy0HeFwEEuPLek
        xvVbzl3bdgaq+atrx9aJzXxjBINq1Hl+syABGC4eMPBPGYllv0VfwKSsJ7zGSHzB
        Zy7fnEhgbPI/936g5/HO3wkCgYEAnyGqXnKSSgcZ0ebXBCMIng9Gl5ckIesL9PHX
        5Kk8PMj5OJQKwwUnUUDNubWqg88zY+Cp8Y3WVnMoseI2QVTpZQwaQH19urtZHaDx
        bx08aLHCLmMrRNHnhHllRFTKN0aKkNKAThV+JzJgQw+fDUbzzbs48kzL4s4LIl/P
        34EQShECgYAl+QCeHsKTd1T5HN8IiyUuUAG0e49wsAUpjhVQ/VTvL+bdL19Lzkd+
        DZKdrxI3rlY6gi61tEnxG1BT53tjmxQGbqMGKw8KXvyA2PCkRrbnIklacOhevydn
        CSP40zRyKCovw2+xXsjDVIn+Rhs7ymhhmMRZRevDqjQHnVUjvqiwgg==
        -----END RSA PRIVATE KEY-----
        """
    static let pkcs8 = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDezQT9Rf5VNwud
        6HvIutbRNrImLLiMyB1W+5re9nAfexTcUebQx+pGGnUJvMSu5CepFd6lBUAwWNFQ
        rR5ddUFkiqo8y58RAZqlmRz4QmAZT9gjmetZ2IC1h4OTvKCXPnJ02uV5P7/RVeJd
        X2u+wzkv92WRCAW9WacPMBu89nOP/KopUb9eAk+Oz1T2OhCCiogTx5dKlcbQIeCe
        JZzD3GaFPWHd8Xi6TxA9veZctc7nAHACAaHg2fIld5wxKKBPMIvxlZTNUA9zaxNS
        fQq4rWE847/TG9PrlrA7oec97CtEhwW71VHKpqPpUcs5cNxf5coUUC2nZMUD4V96
        fwtk2JK5AgMBAAECggEABCkIY5FTxTQUrbNqYk5o1fnDPFa/8HMJJzdmBi1MXS4f
        btjBqlrdS0dRsaeadZiRjAT6RhMRxoVWDT9aTozytmWndaCovPjOcjKoeZNFt5tH
        0ixc2m3iQ2F/KbpPNlvGZ9uxhsDTvF0x76PpP2PmVLi2Jw3jC4zZw30Wu4HPmRvq
        A4QWpyalzLSV4umi8vLcEUkmjMwicJTM7dPRKYQ8rqeWwSyKAQn+08/fuf6XBVlC
        qfCSYfHBi5oZhOtEWvRo5tH2PdolKDgmYlUhT5Nlece7QflLKCu2zoG1tfc2FztB
        cv7y7m7UGqCd9Lxjxu/zNVUNa4PFteYePKmw8NNtYQKBgQD8zuC4cNMxhNbgnB84
        JH+2iQg1fa3YP2ingcGc9P47sUjUMnF1D+MTDo8zx7PgKxkgCqMsB26qGC6XCDO8
        U4dnQGpsGCaLFc9fy8TuYJ+gLCdf6goGJm59VcK97nOT6pLlF3HKVNM+ZbcdbI21
        JAKYyi1ge4tpKav8PDBLuU0HKQKBgQDhnScYIoSH3nt+p7XwP/VfcvVjYVeXZCrd
        dSQ/9edHJNs1LbauWdSPqOQB8jBsKHfcthqP4/ROGI0jssFEX+nQZDbPALRd9Gyp
        2s/S+o2qOfSxI5Sgb1zQyuHjPxDR1TNRfQeNPN7yXM4SFj3jVazgYJ8380Y/u341
        8lVRDkJxEQKBgQDIw02oi0jcgV7XXoRYZHvbrLUNLbJ6Edj9dUkZaWHga6ingyug
        yC4POzez6jrJodBBJtFwLLLQd4XAQS48t6TG9VvOXdt2Bqr5q2vH1onNfGMEg2rU
        eX6zIAEYLh4w8E8ZiWW/RV/ApKwnvMZIfMFnLt+cSGBs8j/3fqDn8c7fCQKBgQCf
        IapecpJKBxnR5tcEIwieD0aXlyQh6wv08dfkqTw8yPk4lArDBSdRQM25taqDzzNj
        4KnxjdZWcyix4jZBVOllDBpAfX26u1kdoPFvHTxoscIuYytE0eeEeWVEVMo3RoqQ
        0oBOFX4nMmBDD58NRvPNuzjyTMvizgsiX8/fgRBKEQKBgCX5AJ4ewpN3VPkc3wiL
        JS5QAbR7j3CwBSmOFVD9VO8v5t0vX0vOR34Nkp2vEjeuVjqCLrW0SfEbUFPne2Ob
        FAZuowYrDwpe/IDY8KRGtuciSVpw6F6/J2cJI/jTNHIoKi/Db7FeyMNUif5GGzvK
        aGGYxFlF68OqNAedVSO+qLCC
        -----END PRIVATE KEY-----
        """
    static let encrypted = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,0DA89A7A6F78B7A3042107B57B822B6C

        C9UVB/96iQwTaDYEmwaeU/ndEnwelUhDgiFGA63jlD8KJ+rrwpWiNpWB0jZyLxWU
        4n4bXwJmslTOFd2J2su2i7nfiV9KUHDu+VEMrO74MYDGuvmn87tzFFlP13eZw1cd
        tyx6dJ5Q6b68f7bHYJq+K3NK4l4LvMfXaXBmXden0RXNzAkm3iktDLfZ18cDimTi
        o5Bf8lSYaSvgcRGvlXO4YQnxyO+C9POQtg8Qmqwx2lTgXrsup7MNyV/ftGl7qz4L
        QuhSugCqk3bBelFE7U0mUQajw6sq1CqsPytSVHKOnq872KgJq5dScs8lUvCa7m7g
        LyPfIMu7C90fBh7Zy+gMPzxqGZ4Qsv64j5a4D3Bi+I1x9mF/gai5uXQKR6cjbCIr
        HRZOqveC13nhCMIVTPjigj4qzUBD/CiM8jOdc/mXwlZDaAVNqb4sWPit7orORiAK
        Iyjwhx0CuRBJQlvMvVAj2EYnvBpF/qhJhdDqgkgKxznjzKjaKtG5o4wCP+4zTCp3
        MCptw9rx4B+qcLCfADoJAQ0f9ur6KZoy+ewcVYaaXKVmnFTpfrJ1Bp/qTBEtHedG
        vrDO8IzSXKEmSnVGV2NrOjBTGjX4LI0V+C+HCK84WCXreUntmSO8KG7QepP8HkgF
        oK38GQl1567JcomlYxlZ3QBBAPqZ2sr50eMdOQxdVCoRxj26t4kqxZ/gvTLibZ6W
        2Zah+UWNmmXwS9Ywgv58UDtgKMdfLRcbDHrZOrkDqyhMXiY9uUFkcRUc9LoWRjsU
        xEZbgq+/DJd7z2wsqUYprDDKKM4y+15m0gw7gZcpeAR/l09uXWQteA3rqJKPh9xb
        cQNHNhBMDXwQC9F04TxcD4QKiNj7XE0jh8DZQTyF92nshDIu7YpPTRCtQRrurNJ6
        AA4WUjZjISR8e85kD9K1wXX3Vv38lFg/k9LMx4rn0E+yzUr2grmEw3mITKcIkw4L
        Cak80UzaP7WnSgC5kqvq5uoVj+Mm8rb9UEGZ0xfbnCMNYN8MWdL3XZ0LFIrZ2L2A
        B2VvsEgvrsytjsknvaDNCIZcSfTvb2+bK405rX4kB8m++IXByliQc+jflmV9AXT1
        bffzYcNrJCOWe4B18OCPnG72gAu5MW384e7jC+nDRGwMODOpjzM59BaPUahfJo3S
        LtKmZnSy1UPXUtMuuqSab1cX7b43IEG0130UnrwQqTTtSRoujseAdIQyLasE1ff/
        wG83Wt/PWLs0U3yXRScqnrO0qas6fp6E5/sjQYiT0aplne30gtx9KBCz9XHIKg4Q
        e/vzneZZHK1/x01l1wJ4KUHVjJBHSeZJ4RjBI9xZKgjo1xBMTjbGxuSUEByK4sqD
        W0KeTRxV1Mi9d1yJOeke2jBw15m7tGTrwbsnFtANJCENs13nYrfWZ+Ztznj+Pdpv
        dF7prH6RrCz54bHlAZ1+/cShj/BhRhh2SisECvgZRqRLyVorMEEpxEhHqaL2lsZy
        SoZQg70JfI5LqA61c3WmqnfeAdo6pk7bYUAPXeuIs4ABtf3JMF70LpFxCWKGTESM
        VHSYUYRvgc4BcLqzI/fb/ZvvcKOaAwmSQSETyh9tMbzXJ3+HDc6lHzNhxcS60AVx
        -----END RSA PRIVATE KEY-----
        """
    static let elliptic = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIPmv2vQwUL6+gqM9XXIuJj6DzOgx2IYKp178CdiYwtpeoAoGCCqGSM49
        AwEHoUQDQgAEGn2L5SlzUG8QoMdmN6ksdhcPOHxzmOhI4kq2i00CpE0SFwiEd86H
        LMHxNeaMSgJeq/sgSOIBP39nrSzSHVPmmQ==
        -----END EC PRIVATE KEY-----
        """
    static let short = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXgIBAAKBgQDJTdb3zLIm1aKs57EJMNmioYy0XB1dnUC940iAsn0NyKxZsPJi
        90Q3kjD4oTjMhW0j8aTgijfDlePOQ9RxJlG6GglwUBE7WK6GXXNgjdieIEc85RFC
        /L6wvlaTDd7fv+VTq3a+cV8UxWTwMnUEVRjxz9P6Ng4Id6zOAFDFYdgsFQIDAQAB
        AoGBAK72Qa30sq7AJfjEE4IafD42zTWBjmBsKfYg0kZRXBGb5fi6q6FKqnbmUDv4
        3IYePcLs5tHmMBuFbo87Myz5EjPyEXWAfa+en9S/iqniogXd4cpF40oVLxwR4r2U
        gppCxzmRTMy2NnKE2LyRnWFVSx3PthS2KVlw1hlzo89+GQAtAkEA/d9AciPgdC16
        BgCZJI4eD0Dv2aq5nPaJSlUYGy0+42grUJuJUwF4wMy9lpYlcIucy/5cZTwAlyV6
        nQi6MOZBawJBAMr9yik6dpuJfKFNJ7yCCLv0GAWuZpFxatvVgqnipO5xAzGTD3X2
        ofeSyOD5qC478byRmi7nZgJooyiLUFhvKH8CQQC7rI630k3blMLgLREJNQaDwD2P
        a+ZLYvWbPczUSl5zPk7HCDQ8aJob7T86U0TaLlt7ck5biD/nfI1oCUubWpyBAkA4
        2U6usTLaaGzA98yzHG+5w6ienrMW9H6KxobrcQ/jvz63uYnQ7Zt6rF8ZspGJMTyI
        JPbbP+7vqcJX7nw36BmdAkEAp6aye6rxC7zJfz1z/WcT1DSyM16kFCHhozK4arJX
        Bq8N5vAU/GTEkJk622uUyCaeMjTFCi8i5MbW5nGLV26R6Q==
        -----END RSA PRIVATE KEY-----
        """
}

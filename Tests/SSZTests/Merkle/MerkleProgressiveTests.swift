import Hashing
import SSZ
import Testing

@Suite struct MerkleProgressiveTests {
    /// Roots computed by the SSZ library of the pinned specification.
    @Test func rootsOfTheReference() {
        let cases: [(Int, String)] = [
            (0, "0000000000000000000000000000000000000000000000000000000000000000"),
            (1, "f0b19409cd9b5b119359576a5d97a812bebc45c4e692bd39e76da2cfbc622b88"),
            (2, "0433c7e3fae90927addfb22f806b6a9b1c5dcef08544b19cc5d78a1e9d48b4fa"),
            (3, "4cb9e0734b83a17eff84be6f0f392de8d6dd41e29f4135449b270ea9a958e10f"),
            (4, "e64b02fefe42589393608245a039415bde104c5172d9fa83de25815acb10a9f5"),
            (5, "0805894044688ab9de5ef1e8c8af1ec4370cebeb1af399eded5a473c97910cde"),
            (6, "6423fdf7aa90a9522a96b8f16366dd194a68964c5b4244faee651f61bceacac0"),
            (20, "9c7deca35470db44fe686d43a2956558f29f78eaa6df53e4daac3d665e3681ec"),
            (21, "d4cea0130dc87816885344691bba3a2df1f9771dfee7f8423e43b8b6c7139104"),
            (22, "f1ccc084b60c3d16b7c2e307b55dcdb3787ce66cd90ccb45852d72584675f7aa"),
            (85, "0d174edd5ee6ead0a084d74e128fa406400d2b3ea77bd4792f62216f89e37649"),
            (86, "eb871f26e280a19bda008929d6e271eb6a0453fce9d62f71d9a536aa967b09dd"),
            (100, "cb9fa246761c952c740f1e5bffab35da027c3af869ca44c24b9e95f61a793533"),
            (341, "978c2ce96d62cba3cf2cbeb596f7beb8ba98a9e0447812cd9e13f380b4575893"),
            (342, "e092f314d9fa34a0ce515143fda973ecfc791527a6c3e48f2561e90920d16aa7"),
            (1365, "6fed100c6106d7bd11708450121d77cd973be0796d3788e59558e97f5868a50a"),
            (1366, "8914f0da2089779ea666d19b4b60938608d24346d36583f0ca4f2e7a93cead60"),
        ]
        for (count, root) in cases {
            #expect(Merkle.progressiveRoot(MerkleTests.leaves(count)).description == "0x" + root)
        }
    }

    /// Official vectors `basic_progressive_list` whose values are all alike: byte, elements, bytes an element, root.
    @Test func officialVectors() {
        let cases: [(UInt8, Int, Int, String)] = [
            (1, 0, 1, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (1, 3, 1, "82dd4d71afc6b7ad40d5fb6b28fcd5c28dfb48b731d6fd0f7e289027ed6a904f"),
            (1, 4, 1, "68680f4024226dba634206aaa258d75d0868f473326dd9efb3dd3befbb757798"),
            (1, 17, 1, "06f03af4478bd28e3970431238a8440a0b077d584bef8e7b12d69e9af51d1041"),
            (1, 101, 1, "2ff35fb8574e74ab6cf366b75bfe60d281fbce3665cf5437815a5cc6ef47dcff"),
            (1, 686, 1, "c14a813f1080f4a1da8e052ab1ef75dbb8d19077a804438e5313a7891d949fe6"),
            (255, 0, 1, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (255, 4, 1, "aef47ad8202a0194710bb3fb94f469391f87b642494d59bd4034b5282aca2295"),
            (255, 5, 1, "027ec0ae52920c6561de66ee0b3c7621e9fcc6c6255c6ee31c365ec639eb79e4"),
            (255, 233, 1, "3b4315c0f2318cb6a41a4d5cbaf362d25fcefcd44adc91b759f9944575f70ed6"),
            (255, 529, 1, "937fbe9110510b7b9ed0e8739be02b262571f003016bf4004f323a653b88648a"),
            (255, 0, 2, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (255, 2, 2, "785aa19c6ebaeedf5d61ed713dbf86d52003fe866a7cbec4724a53e396f58973"),
            (255, 5, 2, "ae3923e43d4ddbbc29b066fbd415f4e2417a70ad06bcd58d5482a1478a528169"),
            (255, 12, 2, "22df47504d0a3f417b35a190b260d43ee76efe9c1068115d5e7a153336675398"),
            (255, 28, 2, "21c4c94f1834470c8996ce5310e9d51564203b555e488553b4011d14c0b5e0a1"),
            (255, 31, 2, "a83a3ccb49c281985eb5ba5ba4b1162685b757eae79737c6bef034b6134cf39a"),
            (255, 309, 2, "c062732b07b8ee6d211694913867cbefc10c9e239ba0fdd0002428689b30d0bc"),
            (255, 1, 8, "7bea313629252f757f27d17a1ce515715beedeff41a3f7f6c9ac47bfddcf447c"),
            (255, 18, 8, "b8a420753dd8290e49b908a3218ba88d059fb4b52ea628c4e78eb22aad067563"),
            (255, 12, 8, "4a3940a1972d53569611c735a885a5df0cf5d1ab590f026a49df3d5acf7bff63"),
            (255, 322, 8, "b74f1ca4e97be4a924e87bec969ebbcde8fd43c5dd11fe188d5d637680800ba3"),
            (255, 3, 8, "cc86b565505c857c95a925d64fd6b25b09587aa7a5b4add0fdb6af55366ddcb2"),
            (255, 0, 32, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (255, 2, 32, "94689a4c97d489382bcbf9853fb7e1a6029dbc5b0d29cacd67cb7b8255082a48"),
            (255, 1, 32, "ead58f9ca387a3c45ad236d9b4e3d802394638cc050ec75b295f47eec8391e95"),
            (255, 3, 32, "b66e102cf7f4b409909d054cb7831958447a013ab3b89165515442e024bf61ca"),
            (255, 13, 32, "a40429ff60ba3e56fb8b91f63654798ca8e2d7c8c60eaadfc0460af19db705b1"),
            (255, 5, 32, "5b8e4c8cce0480dc78e2bc9b5e2bfa30bec765a9a947b96b90a365f72ba6c388"),
            (255, 15, 32, "f8e58ebc36904eb18948140ef4f3404690c1860cd72ed74dcd5530bbb34caab8"),
            (255, 206, 32, "2ef0950f8c8f11831cc07dd73856d319242283d21ba5bfce901a1f58d0779ca2"),
            (255, 211, 32, "2a6f826e1cfce80c4044e68b878b98f7a170e4840fb6ff2b9975094fcc78e386"),
            (255, 1182, 32, "2414d6fa73a39e40af3d867c5d87cb86e6a74310c523b90f365f438a7c489cc3"),
            (255, 1025, 32, "c4da28ff6ae1feb395ad9391c65b0209a6f8d09ae92efb59788e9a760595c8e7"),
            (0, 1, 8, "e832d263aaa8f9417d9f45a702834f6961ee7b15ad4d3d27f2b0f4fe79d33031"),
            (0, 7, 8, "13a56a67f02ea52c0841043aba35de738bec8519fee07860658d13e2d0442782"),
            (0, 15, 8, "ef9da2c4e49e0acc0933a072ab744573e1c1e20806904bf0dd4b7eef0a9da836"),
            (0, 53, 8, "2935884058446007e2592494fe88884e83ee80ecd2041779447c30642fe63ac8"),
            (0, 274, 8, "8ebd2fe78e721f7eeac2cda45df1852ff87dacac13af5f542c748c5ba7765a64"),
            (0, 557, 8, "5f4d1dcafb6dc125d34e8bbbabd1c44850c842659594ac8f3e34c920bb4029f5"),
        ]
        for (byte, count, size, root) in cases {
            let bytes = [UInt8](repeating: byte, count: count * size)
            let contents = bytes.withUnsafeBytes { Merkle.progressiveRootOfBytes($0) }
            #expect(Merkle.mixInLength(contents, UInt64(count)).description == "0x" + root, "\(count) of \(size) bytes")
        }
    }

    @Test func leafIndices() {
        let indices = [0, 1, 4, 5, 20, 21, 84, 85].map { Merkle.progressiveLeafIndex($0) }
        #expect(indices == [4, 40, 43, 352, 367, 2944, 3007, 24064])
    }
}
